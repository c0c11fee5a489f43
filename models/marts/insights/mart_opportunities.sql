{{ config(order_by='opportunity_id') }}

{%- set bounds = var('opportunities') -%}

with

periods as (

    select * from {{ ref('int_periods') }}
    where period_kind = 'last_{{ bounds.days }}d'

),

cells as (

    select * from {{ ref('int_cost_cells') }}

),

-- Another model did the step for less and no worse: measured.
advised as (

    select
        workflow_id,
        step_name,
        current_model,
        argMin(advised_model, cost_change_pct) as better_model,
        min(cost_change_pct) as least_change_pct,
        argMin(advice, cost_change_pct) as better_advice
    from {{ ref('mart_model_advice') }}
    where advice_kind in ('better_and_cheaper', 'cheaper')
    group by
        workflow_id,
        step_name,
        current_model

),

savings as (

    select
        *,
        '' as advice
    from {{ ref('int_savings') }}
    where (workflow_id, step_name, model, opportunity_type) not in (
        select (advised.workflow_id, advised.step_name, advised.current_model, 'model_downgrade') from advised
    )

    union all

    select
        'model_downgrade' as opportunity_type,
        'measured' as estimate_basis,
        cells.is_failed as is_failed,
        cells.workflow_id as workflow_id,
        cells.step_name as step_name,
        cells.model as model,
        cells.provider as provider,
        advised.better_model as advised_model,
        toFloat64(cells.cost_usd) * -advised.least_change_pct / 100 as saving_usd,
        cells.run_count as run_count,
        cells.run_ids as run_ids,
        advised.better_advice as advice
    from cells
    inner join advised
        on
            cells.workflow_id = advised.workflow_id
            and cells.step_name = advised.step_name
            and cells.model = advised.current_model
    where not cells.is_failed

),

-- Waste is one opportunity of a workflow, another model one of a step.
placed as (

    select
        savings.*,
        cells.organization_id as organization_id,
        cells.project as project,
        toFloat64(cells.cost_usd) as cell_usd,
        least(savings.saving_usd, cell_usd) as usd,
        if(opportunity_type = 'model_downgrade', (savings.step_name, savings.model), ('', '')) as subject,
        lower(hex(sipHash128(concat(
            opportunity_type, '/', savings.workflow_id, '/', subject.1, '/', subject.2, '/', savings.estimate_basis
        )))) as opportunity_id
    from savings
    inner join cells
        on
            savings.is_failed = cells.is_failed
            and savings.workflow_id = cells.workflow_id
            and savings.step_name = cells.step_name
            and savings.model = cells.model
            and savings.provider = cells.provider

),

ranked as (

    select
        *,
        sum(usd) over (partition by opportunity_id) as potential_usd,
        (select sum(toFloat64(every_cell.cost_usd)) from cells as every_cell) as all_usd
    from placed

),

-- Each saves its share of what those with more left of a cell: nothing is saved twice.
netted as (

    select
        *,
        if(cell_usd = 0, 0.0, usd / cell_usd) as share,
        exp(coalesce(sum(log(1 - share)) over (
            partition by is_failed, workflow_id, step_name, model, provider
            order by -potential_usd, opportunity_type, opportunity_id
            rows between unbounded preceding and 1 preceding
        ), 0)) as left_share
    from ranked
    where
        {{ rounded('potential_usd') }} >= {{ bounds.min_usd }}
        and (estimate_basis != 'price_book' or {{ rounded('potential_usd') }} >= {{ bounds.min_estimated_share }} * all_usd)

)

select
    ----------  ids
    opportunity_id,
    toLowCardinality(opportunity_type) as opportunity_type,
    if(uniqExact(netted.organization_id) = 1, any(netted.organization_id), '') as organization_id,
    any(netted.project) as project,
    workflow_id,
    subject.1 as step_name,
    subject.2 as model,
    any(netted.advised_model) as advised_model,
    arraySlice(arraySort(arrayDistinct(arrayFlatten(groupArray(netted.run_ids)))), 1, {{ var('insights').evidence_runs }}) as evidence_run_ids,

    ----------  text
    toLowCardinality(estimate_basis) as estimate_basis,
    toLowCardinality(if(
        opportunity_type = 'reliability' or (opportunity_type = 'model_downgrade' and estimate_basis = 'price_book'), 'medium', 'easy'
    )) as difficulty,
    any(netted.advice) as advice,

    ----------  numerics
    max(netted.run_count) as run_count,
    {{ float_as_money('sum(netted.cell_usd)') }} as current_cost_usd,
    {{ float_as_money('sum(netted.usd)') }} as potential_savings_usd,
    {{ float_as_money('sum(netted.usd * netted.left_share)') }} as net_savings_usd,
    {{ rounded(safe_ratio('potential_savings_usd', 'current_cost_usd') ~ ' * 100') }} as savings_pct,

    ----------  dates
    (select min(periods.period_start_date) from periods) as period_start_date,
    (select max(periods.period_last_date) from periods) as period_last_date

from netted
group by
    opportunity_id,
    opportunity_type,
    workflow_id,
    subject,
    estimate_basis
