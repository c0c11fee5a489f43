{{ config(materialized='view') }}

{%- set monthly_budget = var('analytics').monthly_budget -%}

with

budgets as (

    select * from {{ ref('budgets') }}

),

loaded_budgets as (

    select * from {{ ref('stg_tokenhouse__budgets') }}

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
    union all
    -- A row of the seed comes first.
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
    from loaded_budgets
    where budget_id not in (select seeded.budget_id from budgets as seeded)
    {% if monthly_budget is not none -%}
        union all
        -- Document C's setting; a budget of the seed or a loaded one of this id comes first.
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
        where
            'monthly' not in (select seeded.budget_id from budgets as seeded)
            and 'monthly' not in (select loaded.budget_id from loaded_budgets as loaded)
    {%- endif %}

),

parted as (

    select
        *,
        arrayFilter(part -> part != '', splitByChar(';', replaceAll(given.thresholds_pct, ' ', ''))) as percents
    from given

)

select
    budget_id,
    scope_kind,
    scope_key,
    if(scope_kind = 'total', 'total', concat(scope_kind, ':', scope_key)) as scope_id,
    period_kind,
    amount_usd,
    owner,
    -- A budget that says none has the usual ones.
    arraySort(arrayDistinct(arrayMap(
        threshold -> toUInt16(threshold),
        if(empty(percents), {{ var('budget_thresholds_pct') | map('string') | list }}, percents)
    ))) as thresholds_pct,
    valid_from,
    valid_to
from parted
