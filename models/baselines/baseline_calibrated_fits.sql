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
{#- What is summed up: the keys, and how many of the last runs are left out. -#}
{% set model, workflow = 'source, workflow_id, primary_model', 'source, workflow_id' -%}
{% set frames = {
    'earlier_runs': (model, 0),
    'runs_before_fit': (model, fit_runs),
    'earlier_workflow_runs': (workflow, 0),
    'workflow_runs_before_last': (workflow, var('calibrated_last_runs') | int),
    'older_workflow_runs': (workflow, var('calibrated_recent_runs') | int),
    'workflow_runs_before_fit': (workflow, fit_runs)
} -%}
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
framed_runs as (

    select
        *,
        {% for metric, size in sizes.items() -%}
            {%- set moments = fit_moments(metric, size) -%}
            {{ difference(sums_before(moments, 5, 'earlier_runs'), sums_before(moments, 5, 'runs_before_fit')) }} as {{ metric }}_moments,
        {% endfor -%}
        {%- set outputs, errors = '[toInt128(1), toInt128(has_output)]', '[toInt128(1), toInt128(has_error)]' -%}
        {{ difference(sums_before(outputs, 2, 'earlier_runs'), sums_before(outputs, 2, 'runs_before_fit')) }} as output_counts,
        {{ sums_before(errors, 2, 'earlier_workflow_runs') }} as error_sums,
        {{ sums_before(errors, 2, 'older_workflow_runs') }} as older_error_sums,
        {{ sums_before(errors, 2, 'workflow_runs_before_last') }} as sums_before_last,
        {{ difference('older_error_sums', sums_before(errors, 2, 'workflow_runs_before_fit')) }} as older_error_counts
    from fitted_runs
    window
    {% for name, (keys, last_runs) in frames.items() -%}
            {{ name }} as (
                partition by {{ keys }}
                order by ended_at, run_id
                rows between unbounded preceding and {{ last_runs + 1 }} preceding
            ){{ ',' if not loop.last }}
    {% endfor %}

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
