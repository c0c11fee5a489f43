{{ config(materialized='view') }}

{%- set monthly_budget = var('analytics').monthly_budget -%}

with

budgets as (

    select * from {{ ref('budgets') }}

),

given as (

    select
        budget_id,
        scope_kind,
        scope_key,
        period_kind,
        amount_usd,
        valid_from,
        valid_to,
        thresholds_pct,
        owner
    from budgets
    {% if monthly_budget is not none -%}
        union all
        -- Document C's setting; a row of the seed with this id comes first.
        select
            'monthly' as budget_id,
            'total' as scope_kind,
            '' as scope_key,
            'month' as period_kind,
            toDecimal64('{{ monthly_budget }}', 2) as amount_usd,
            toDate(0) as valid_from,
            null as valid_to,
            '{{ var("budget_thresholds_pct") | join(";") }}' as thresholds_pct,
            '' as owner
        where 'monthly' not in (select seeded.budget_id from budgets as seeded)
    {%- endif %}

)

select
    budget_id,
    scope_kind,
    scope_key,
    if(scope_kind = 'total', 'total', concat(scope_kind, ':', scope_key)) as scope_id,
    period_kind,
    amount_usd,
    owner,
    arraySort(arrayDistinct(arrayMap(
        threshold -> toUInt16(threshold),
        arrayFilter(part -> part != '', splitByChar(';', replaceAll(given.thresholds_pct, ' ', '')))
    ))) as thresholds_pct,
    valid_from,
    valid_to
from given
