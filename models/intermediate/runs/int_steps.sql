{{ config(order_by='(run_id, step_name)') }}

with

calls as (

    select * from {{ ref('int_calls') }}

)

select
    concat(run_id, '/', step_name) as step_id,
    run_id,
    source,
    step_name,
    {{ sum_of_costs('cost_usd') }} as total_cost_usd,
    sum(input_tokens) as total_input_tokens,
    sum(output_tokens) as total_output_tokens,
    sum(logged_call_count) as call_count,
    countIf(is_error) as error_count,
    -- As a decimal: a sum of floats differs in the last digit with the order of the rows.
    toFloat64(sum(toDecimal128(coalesce(duration_ms, 0), 3))) as model_duration_ms,
    min(called_at) as started_at,
    max(called_at) as last_called_at
from calls
where step_name != ''
group by
    run_id,
    source,
    step_name
