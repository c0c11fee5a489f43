{{ config(order_by='(run_id, step_name, species_hash, model)') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_scope_runs') }}

),

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where run_id != ''

),

tool_calls as (

    select * from {{ ref('int_tool_calls') }}

),

called as (

    select
        run_id,
        step_name,
        species_hash,
        model,
        sum(logged_call_count) as call_count,
        countIf(is_error) as error_call_count,
        -- Work without a price is no free work: it is left out of the mean.
        sumIf(logged_call_count, calls.cost_usd is not null) as priced_call_count,
        {{ sum_of_costs('calls.cost_usd') }} as cost_usd,
        coalesce(sum({{ exact('if(is_run_level, null, duration_ms)') }}), 0) as latency_ms_sum,
        countIf(not is_run_level and duration_ms is not null) as latency_count,
        {{ sum_of_tokens('calls.input_tokens') }} + {{ sum_of_tokens('calls.output_tokens') }} as total_tokens
    from calls
    group by
        run_id,
        step_name,
        species_hash,
        model

),

-- Of the call that was judged; of a run, of its main model.
judged as (

    select
        evaluations.run_id as run_id,
        calls.step_name as step_name,
        calls.species_hash as species_hash,
        if(calls.call_id = '', runs.primary_model, calls.model) as model,
        countIf(evaluation_kind = 'success' and score = 1) as success_count,
        countIf(evaluation_kind = 'success' and score is not null) as success_evaluation_count,
        coalesce(sumIf({{ exact('1 + 4 * score') }}, evaluation_kind = 'rating'), 0) as rating_sum,
        countIf(evaluation_kind = 'rating' and score is not null) as rating_count,
        coalesce(sum({{ exact('score') }}), 0) as score_sum,
        count(score) as score_count
    from evaluations
    left join runs
        on evaluations.run_id = runs.run_id
    left join calls
        on evaluations.call_id = calls.call_id
    group by
        run_id,
        step_name,
        species_hash,
        model

),

checked as (

    select
        run_id,
        primary_model as model,
        toUInt64(qa_status = 'passed') as qa_passed_count,
        toUInt64(1) as qa_judged_count
    from runs
    where qa_status in ('passed', 'warning', 'failed')

),

used_tools as (

    select
        tool_calls.run_id as run_id,
        any(runs.primary_model) as model,
        count() as tool_call_count,
        countIf(is_error) as tool_error_count
    from tool_calls
    inner join runs
        on tool_calls.run_id = runs.run_id
    group by run_id

),

-- What is known of a run from different records, under the same columns.
outcomes as (

    {%- set parts = {
        'called': ['call_count', 'error_call_count', 'priced_call_count', 'cost_usd', 'latency_ms_sum', 'latency_count', 'total_tokens'],
        'judged': ['success_count', 'success_evaluation_count', 'rating_sum', 'rating_count', 'score_sum', 'score_count'],
        'used_tools': ['tool_call_count', 'tool_error_count'],
        'checked': ['qa_passed_count', 'qa_judged_count'],
    } %}
    {% for part, known in parts.items() -%}
        select
            run_id,
            {{ 'step_name' if part in ('called', 'judged') else "''" }} as step_name,
            {{ 'species_hash' if part in ('called', 'judged') else "''" }} as species_hash,
            model,
        {% for column in outcome_columns() -%}
            {{ part ~ '.' ~ column if column in known else '0' }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
        from {{ part }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    run_id,
    step_name,
    species_hash,
    model,
{% for column in outcome_columns() -%}
    toFloat64(sum(outcomes.{{ column }})) as {{ column }}{{ ',' if not loop.last }}
{% endfor %}
from outcomes
group by
    run_id,
    step_name,
    species_hash,
    model
