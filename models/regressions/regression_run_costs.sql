{{ config(order_by='(episode_id, run_id)') }}

{#-
    The runs behind each cost episode, recent and baseline as of its confirmation, with the factors of their
    cost. Tokens are weighted by the usual ratios of their prices, so that cost per weighted token is a price.
-#}
{% set weights = var('token_price_weights') -%}

with

episodes as (

    select * from {{ ref('regression_episodes') }}
    where metric = 'cost'

),

windows as (

    select * from {{ ref('regression_windows') }}
    where metric = 'cost'

),

observations as (

    select * from {{ ref('regression_observations') }}
    where metric = 'cost'

),

calls as (

    select * from {{ ref('int_calls') }}

),

compared_runs as (

    select
        episodes.episode_id as episode_id,
        observations.run_id as run_id,
        observations.value as log_cost,
        windows.baseline_slope * observations.explained_by as log_input_part,
        toBool(observations.position > windows.last_position - episodes.recent_run_count) as is_recent

    from episodes
    inner join windows
        on
            episodes.species_hash = windows.species_hash
            and episodes.confirmed_date = windows.tested_date
    inner join observations
        on episodes.species_hash = observations.species_hash
    where
        observations.position <= windows.last_position
        and observations.position > windows.last_position - windows.recent_run_count - windows.baseline_run_count
        -- Of the recent runs only those that were found to have changed.
        and (is_recent or observations.position <= windows.last_position - windows.recent_run_count)

),

model_calls as (

    select
        run_id,
        model,
        sum(logged_call_count) as call_count,
        sumIf(toFloat64(coalesce(cost_usd, 0)), coalesce(total_tokens, 0) > 0) as token_cost,
        sum(coalesce(
            {{ weights.input }} * uncached_input_tokens
            + {{ weights.cache_read }} * cache_read_tokens
            + {{ weights.cache_write_5m }} * cache_write_5m_tokens
            + {{ weights.cache_write_1h }} * cache_write_1h_tokens
            + {{ weights.output }} * output_tokens,
            0
        )) as weighted_tokens

    from calls
    where run_id in (select compared_runs.run_id from compared_runs)
    group by
        run_id,
        model

),

-- A model's usual price: the baseline's, or the recent one where the baseline has no run of the model.
model_prices as (

    select
        compared_runs.episode_id as episode_id,
        model_calls.model as model,
        sumIf(model_calls.token_cost, not compared_runs.is_recent) as baseline_cost,
        sumIf(model_calls.weighted_tokens, not compared_runs.is_recent) as baseline_tokens,
        if(
            baseline_cost > 0,
            baseline_cost / baseline_tokens,
            sum(model_calls.token_cost) / sum(model_calls.weighted_tokens)
        ) as usual_price

    from compared_runs
    inner join model_calls
        on compared_runs.run_id = model_calls.run_id
    where model_calls.weighted_tokens > 0
    group by
        episode_id,
        model

)

select
    compared_runs.episode_id as episode_id,
    compared_runs.run_id as run_id,
    compared_runs.is_recent as is_recent,
    compared_runs.log_cost as log_cost,
    compared_runs.log_input_part as log_input_part,
    toFloat64(sum(model_calls.call_count)) as call_count,
    sum(model_calls.weighted_tokens) as weighted_tokens,
    sum(model_calls.token_cost) as token_cost,
    sum(model_calls.weighted_tokens * model_prices.usual_price) as token_cost_at_usual_prices
from compared_runs
inner join model_calls
    on compared_runs.run_id = model_calls.run_id
left join model_prices
    on
        compared_runs.episode_id = model_prices.episode_id
        and model_calls.model = model_prices.model
group by
    episode_id,
    run_id,
    is_recent,
    log_cost,
    log_input_part
