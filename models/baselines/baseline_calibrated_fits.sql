{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'int_completed_runs') }}",
    order_by='run_id',
) }}

{#-
    Residuals of the logarithms of cost and tokens, given the characters of the input, and of the duration, given
    calls and tokens written. The line is fitted to earlier runs of the same workflow and model only (K2, K13).
-#}
{% set fit_runs = var('conditional_fit_runs') | int -%}
{% set sizes = {'cost': 'input_size', 'duration': 'work_size', 'tokens': 'input_size'} -%}

with

runs as materialized (

    select
        run_id,
        history_version,
        source,
        workflow_id,
        coalesce(primary_model, '') as primary_model,
        input_category,
        species_hash,
        ended_at,
        toBool(coalesce(total_output_tokens, 0) > 0) as has_output,
        toBool(coalesce(error_count, 0) > 0) as has_error,
        -- Zero has no logarithm and stays unjudged. Sub-runs that took longer than the run ran in parallel: nothing to subtract.
        if(total_cost_usd > 0, log(toFloat64(total_cost_usd)), null) as cost,
        total_duration_ms - if(child_duration_ms < total_duration_ms, child_duration_ms, 0) as own_duration_ms,
        if(own_duration_ms > 0, log(own_duration_ms), null) as duration,
        if(total_tokens > 0, log(toFloat64(total_tokens)), null) as tokens,
        log(greatest(toFloat64(input_chars), 1)) as input_size,
        log(greatest(coalesce(total_output_tokens, 0) + {{ var('calibrated_call_tokens') }} * toFloat64(coalesce(call_count, 0)), 1)) as work_size,
        {{ is_outdated(['history_version']) }} as is_new
    from {{ ref('int_completed_runs') }}

),

-- Of settled runs only those that a fit still counts.
settled_runs as (

    select * from runs
    where not is_new
    order by
        ended_at desc,
        run_id desc
    limit {{ fit_runs }} by source, workflow_id, primary_model

),

fitted_runs as (

    select * from settled_runs
    union all
    select * from runs
    where is_new

),

-- Running sums up to a run. Minus the sums before the first run that counts, they are the moments of the fit.
summed_runs as (

    select
        *,
        {% for metric, size in sizes.items() -%}
            {{ sums_before(fit_moments(metric, size), 5, 'earlier_runs') }} as {{ metric }}_sums,
        {% endfor -%}
        {{ sums_before('[toInt128(1), toInt128(has_output)]', 2, 'earlier_runs') }} as output_sums,
        {{ sums_before('[toInt128(1), toInt128(has_error)]', 2, 'earlier_workflow_runs') }} as error_sums
    from fitted_runs
    window
        earlier_runs as (
            partition by source, workflow_id, primary_model
            order by ended_at, run_id
            rows between unbounded preceding and 1 preceding
        ),
        earlier_workflow_runs as (
            partition by source, workflow_id
            order by ended_at, run_id
            rows between unbounded preceding and 1 preceding
        )

),

framed_runs as (

    select
        *,
        {% for metric in sizes -%}
            {{ difference(metric ~ '_sums', lag_of(metric ~ '_sums', fit_runs, 5, 'model_order')) }} as {{ metric }}_moments,
        {% endfor -%}
        {{ difference('output_sums', lag_of('output_sums', fit_runs, 2, 'model_order')) }} as output_counts,
        {{ lag_of('error_sums', var('calibrated_recent_runs') | int, 2, 'workflow_order') }} as older_error_sums,
        {{ lag_of('error_sums', var('calibrated_last_runs') | int, 2, 'workflow_order') }} as sums_before_last,
        {{ difference('older_error_sums', lag_of('error_sums', fit_runs, 2, 'workflow_order')) }} as older_error_counts
    from summed_runs
    window
        model_order as (
            partition by source, workflow_id, primary_model
            order by ended_at, run_id
            rows between unbounded preceding and current row
        ),
        workflow_order as (
            partition by source, workflow_id
            order by ended_at, run_id
            rows between unbounded preceding and current row
        )

),

measured_runs as (

    select
        *,
    {% for metric, size in sizes.items() -%}
        {{ as_of_fit(metric) }},
        {{ as_of_deviation(metric, size, var('conditional_slope').duration if metric == 'duration' else var('conditional_slope').cost) }} as {{ metric }}_deviation,
        {{ standard_error_factor(metric, size) }} as {{ metric }}_standard_error_factor{{ ',' if not loop.last }}
    {% endfor %}
    from framed_runs
    where is_new

)

select
    run_id,
    history_version,
    source,
    workflow_id,
    primary_model,
    input_category,
    species_hash,
    ended_at,
    has_output,
    has_error,
    toUInt64(output_counts[1]) as comparable_run_count,
    toUInt64(output_counts[2]) as comparable_output_run_count,
    toUInt64(older_error_counts[1]) as older_run_count,
    toUInt64(older_error_counts[2]) as older_error_run_count,
    toUInt64(error_sums[2] - older_error_sums[2]) as recent_error_run_count,
    toUInt64(error_sums[2] - sums_before_last[2]) as last_error_run_count,
{% for metric in sizes -%}
    {{ metric }}_run_count,
    {{ metric }}_standard_error_factor,
    {{ metric }}_deviation / {{ metric }}_standard_error_factor as {{ metric }}_residual{{ ',' if not loop.last }}
{% endfor %}
from measured_runs
