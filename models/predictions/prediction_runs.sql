{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'prediction_values') }}",
    order_by='run_id',
) }}

{#-
    What a run was predicted to cost and to take. Where a workflow and model make one call per run, only the
    output of the call is predicted: what its input costs is known before.
-#}
{% set bounds = ['low_95', 'low_80', 'high_80', 'high_95'] -%}
{% set products = ['fallback', 'cohort', 'run_count', 'baseline_value', 'baseline_size', 'fixed_chars', 'size_factor', 'cohort_factor'] -%}
{% set values = bounds + ['typical', 'expected'] -%}
{% set columns = products + values + ['line_run_count'] -%}

with

predicted_values as (

    select * from {{ ref('prediction_values') }}
    where {{ is_outdated(['history_version']) }}

),

-- One row per run: its metrics side by side.
joined_runs as (

    select
        run_id,
        history_version,
        any(workflow_id) as workflow_id,
        any(primary_model) as primary_model,
        any(input_chars) as input_chars,
        any(known_cost_usd) as known_input_cost_usd,
        {% for column in columns -%}
            {%- for metric in ['cost', 'duration', 'output_cost'] -%}
                anyIf({{ column }}, metric = '{{ metric }}') as {{ metric }}_{{ column }},
            {% endfor -%}
        {% endfor -%}
        -- An interval is not given up for it.
        known_input_cost_usd is not null
        and output_cost_fallback = 'fitted'
        and output_cost_line_run_count >= {{ var('prediction_single_call_share') }} * cost_line_run_count
        and (output_cost_low_80 is not null or cost_low_80 is null) as is_single_call
    from predicted_values
    group by
        run_id,
        history_version

),

predicted_runs as (

    select
        {% for column in products -%}
            if(is_single_call, output_cost_{{ column }}, cost_{{ column }}) as cost_{{ column }},
            duration_{{ column }},
        {% endfor -%}
        {% for value in values -%}
            if(is_single_call, known_input_cost_usd + output_cost_{{ value }}, cost_{{ value }}) as cost_{{ value }},
            duration_{{ value }},
        {% endfor -%}
        run_id,
        history_version,
        workflow_id,
        primary_model,
        input_chars,
        if(is_single_call, known_input_cost_usd, null) as known_cost_usd
    from joined_runs

)

select
    run_id,
    history_version,

    ----------  cost and duration
    {% for metric, unit in {'cost': 'usd', 'duration': 'ms'}.items() -%}
        {{ metric }}_typical as typical_{{ metric }}_{{ unit }},
        {{ metric }}_expected as expected_{{ metric }}_{{ unit }},
        {% for bound in bounds -%}
            {{ metric }}_{{ bound }} as {{ metric }}_{{ bound }}_{{ unit }},
        {% endfor -%}
    {% endfor -%}
    known_cost_usd as known_input_cost_usd,
    cost_baseline_value as baseline_cost_usd,
    cost_size_factor as input_size_cost_factor,
    cost_cohort_factor as cohort_cost_factor,

    ----------  what it rests on
    cost_fallback as prediction_fallback,
    if(cost_fallback = 'none', 'none', cost_cohort) as prediction_cohort,
    toUInt32(cost_run_count) as prediction_run_count,
    duration_fallback as duration_prediction_fallback,
    toUInt8({{ var('prediction_version') }}) as prediction_version,

    ----------  explanation
    {{ prediction_in_words() }} as prediction_explanation
from predicted_runs
