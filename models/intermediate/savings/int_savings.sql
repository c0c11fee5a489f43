{{ config(order_by='(opportunity_type, workflow_id, step_name, model, provider)') }}

{%- set waste = var('waste') -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

cells as (

    select * from {{ ref('int_cost_cells') }}

),

runs as (

    select
        run_id,
        workflow_id,
        status
    from {{ ref('int_scope_runs') }}

),

wasted_runs as (

    select * from {{ ref('int_wasted_runs') }}

),

calls as (

    select
        call_id,
        run_id,
        step_name,
        model,
        provider,
        toFloat64(coalesce(cost_usd, 0)) as call_usd
    from {{ ref('int_calls') }}
    where called_date between (select as_of.last_complete_date from as_of) - {{ var('opportunities').days - 1 }} and (select as_of.last_complete_date from as_of)

),

-- Of a run that was for nothing, every call was.
wasted_calls as (

    select
        waste_kind,
        call_id,
        saving_usd,
        estimate_basis
    from {{ ref('int_wasted_calls__steps') }}

    union all

    select
        wasted_runs.waste_kind as waste_kind,
        calls.call_id as call_id,
        calls.call_usd * if(wasted_runs.waste_kind = 'reliability', {{ waste.reliability_saving_share }}, 1) as saving_usd,
        'logged' as estimate_basis
    from calls
    inner join wasted_runs
        on calls.run_id = wasted_runs.run_id

),

-- Failed runs are saved by making them succeed, the others by everything else.
placed as (

    select
        wasted_calls.waste_kind as opportunity_type,
        wasted_calls.estimate_basis as estimate_basis,
        runs.workflow_id as workflow_id,
        calls.step_name as step_name,
        calls.model as model,
        calls.provider as provider,
        runs.status = 'failed' as is_failed,
        wasted_calls.saving_usd as saving_usd,
        calls.run_id as run_id
    from wasted_calls
    inner join calls
        on wasted_calls.call_id = calls.call_id
    inner join runs
        on calls.run_id = runs.run_id
    where (runs.status = 'failed') = (wasted_calls.waste_kind = 'reliability')

),

-- Each model's newest price of the standard tier.
prices as (

    select
        model,
        provider,
        argMax(
            (input_usd_per_million_tokens, output_usd_per_million_tokens, cache_read_usd_per_million_tokens), (valid_from, price_id)
        ) as price
    from {{ ref('int_price_book') }}
    where
        service_tier = 'standard'
        and above_input_tokens = 0
        and valid_from <= (select as_of.last_complete_date from as_of)
    group by
        model,
        provider

),

-- The same tokens at the smaller model of the same provider, for simple tasks for which no other model was tried.
downgraded as (

    select
        {% for column in ['is_failed', 'workflow_id', 'step_name', 'model', 'provider', 'run_count', 'run_ids', 'cost_usd'] -%}
            cells.{{ column }} as {{ column }},
        {% endfor -%}
        tiers.smaller_model as smaller_model,
        (
            (cells.uncached_tokens + cells.write_tokens) * toFloat64(prices.price.1)
            + cells.read_tokens * toFloat64(coalesce(prices.price.3, prices.price.1))
            + cells.output_tokens * toFloat64(prices.price.2)
        ) / 1000000 as smaller_usd
    from cells
    cross join {{ ref('model_tiers') }} as tiers
    inner join prices
        on
            tiers.smaller_model = prices.model
            and cells.provider = prices.provider
    where
        startsWith(cells.model, tiers.model)
        and not startsWith(cells.model, tiers.smaller_model)
        and not cells.is_failed
        and not cells.has_tools
        and not cells.has_candidates
        and cells.p90_output_tokens <= {{ var('opportunities').simple_output_tokens }}
        and prices.price.1 is not null
        and prices.price.2 is not null

)

select
    opportunity_type,
    estimate_basis,
    is_failed,
    workflow_id,
    step_name,
    model,
    provider,
    '' as advised_model,
    sum(placed.saving_usd) as saving_usd,
    uniqExact(run_id) as run_count,
    arraySlice(arrayReverseSort(groupUniqArray(run_id)), 1, {{ var('insights').evidence_runs }}) as run_ids
from placed
group by
    opportunity_type,
    estimate_basis,
    is_failed,
    workflow_id,
    step_name,
    model,
    provider
having saving_usd > 0

union all

select
    'model_downgrade' as opportunity_type,
    'price_book' as estimate_basis,
    is_failed,
    workflow_id,
    step_name,
    model,
    provider,
    smaller_model as advised_model,
    toFloat64(cost_usd) - assumeNotNull(smaller_usd) as saving_usd,
    run_count,
    run_ids
from downgraded
where saving_usd > 0
