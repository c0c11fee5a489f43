{{ config(order_by='(workflow_id, step_name, model, provider)') }}

{#- The same tokens at the smaller model of the same provider, for simple tasks for which no other model was tried. -#}
with

cells as (

    select * from {{ ref('int_cost_cells') }}
    where
        not is_failed
        and not has_tools
        and not has_candidates
        and p90_output_tokens <= {{ var('opportunities').simple_output_tokens }}

),

prices as (

    select * from {{ ref('int_price_book__newest') }}

),

tiers as (

    select * from {{ ref('model_tiers') }}

),

smaller as (

    select
        {% for column in ['is_failed', 'workflow_id', 'step_name', 'model', 'provider', 'run_count', 'run_ids'] -%}
            cells.{{ column }} as {{ column }},
        {% endfor -%}
        tiers.smaller_model as smaller_model,
        toFloat64(cells.cost_usd)
        - (cells.uncached_tokens + cells.write_tokens) * prices.input_usd
        - cells.read_tokens * prices.cache_read_usd
        - cells.output_tokens * prices.output_usd as saving_usd
    from cells
    cross join tiers
    inner join prices
        on
            tiers.smaller_model = prices.model
            and cells.provider = prices.provider
    where
        startsWith(cells.model, tiers.model)
        and not startsWith(cells.model, tiers.smaller_model)

)

-- A name can begin like two of the list: the longer saving would be a guess.
select * from smaller
where saving_usd > 0
order by
    saving_usd asc,
    smaller_model asc
limit 1 by workflow_id, step_name, model, provider
