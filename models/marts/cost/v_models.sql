{{ config(materialized='view') }}

with

-- A run without a model is in the scope without a name, which is no model.
models as (

    select * from {{ ref('mart_period_metrics') }}
    where
        scope_kind = 'model'
        and period_kind = 'all'
        and call_count > 0

)

select
    toUInt32(cost_rank) as position,
    if(scope_key = '', '(none)', scope_key) as model_name,
    total_tokens,
    cost_usd as total_cost_usd,
    usage_run_count as usage_count,
    cost_share,
    {{ grouped_number('total_tokens') }} as total_tokens_display,
    concat('$', {{ grouped_number('cost_usd', 4) }}) as total_cost_display,
    if(cost_share is null, '', concat({{ rounded_half_up('assumeNotNull(cost_share) * 100', 1) }}, '%')) as cost_share_display
from models
