{%- set fields = {
    'budget_id': 'String',
    'scope_kind': 'String',
    'scope_key': 'String',
    'period_kind': 'String',
    'amount_usd': 'String',
    'valid_from': 'String',
    'valid_to': 'String',
    'thresholds_pct': 'String',
    'owner': 'String'
} -%}

with

records as (

    {{ visible_records('tokenhouse', 'budgets') }}

),

parsed as (

    select
        load_order,
        {{ json_fields(fields) }} as budget,
        {{ parse_money('budget.amount_usd') }} as amount_usd,
        toDate({{ parse_timestamp('budget.valid_from') }}) as valid_from,
        toDate({{ parse_timestamp('budget.valid_to') }}) as valid_to
    from records

)

-- A row that is no budget is left out: of a scope, period or amount that is not known.
select
    budget.budget_id as budget_id,
    lower(budget.scope_kind) as scope_kind,
    if(scope_kind = 'total', '', budget.scope_key) as scope_key,
    lower(budget.period_kind) as period_kind,
    toDecimal64(assumeNotNull(parsed.amount_usd), 2) as amount_usd,
    coalesce(parsed.valid_from, toDate(0)) as valid_from,
    parsed.valid_to as valid_to,
    arrayStringConcat(extractAll(budget.thresholds_pct, '\\d+'), ';') as thresholds_pct,
    budget.owner as owner
from parsed
where
    budget.budget_id != ''
    and scope_kind in (
        'total', 'source', 'organization', 'team', 'project', 'workflow', 'environment', 'channel', 'mode', 'provider', 'model',
        'user', 'api_key', 'tag'
    )
    and period_kind in ('day', 'week', 'month', 'quarter', 'year')
    -- Cents, up to what their type holds.
    and coalesce(parsed.amount_usd * 100 >= 1 and parsed.amount_usd < 1e15, false)
    and (parsed.valid_to is null or parsed.valid_to >= valid_from)
order by load_order desc
limit 1 by budget_id, valid_from
