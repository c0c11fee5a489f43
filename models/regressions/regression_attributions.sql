{{ config(order_by='episode_id') }}

{#-
    Why did the typical run become more expensive? A run's cost is a product: calls, the effect of its input's
    size, tokens per call beyond that, the usual price of its models, the ratio of the price paid to the usual
    one, and the cost of calls without tokens. As logs the factors add up for every run, hence for the mean of
    any set of runs, in any order: unlike with differences of means, no part is left over. The logarithmic mean
    of both typical costs turns each part into USD per run. The remainder takes the last factor and the
    rounding to 12 decimals, so that the parts sum exactly.
-#}
{% set trim = var('attribution_trim_share') -%}

with

runs as (

    select * from {{ ref('regression_run_costs') }}
    -- Without tokens that cost something there are no factors.
    where
        call_count > 0
        and weighted_tokens > 0
        and token_cost > 0
        and token_cost_at_usual_prices > 0

),

ranked_runs as (

    select
        *,
        row_number() over (
            partition by episode_id, is_recent
            order by log_cost - log_input_part, run_id
        ) as cost_rank,
        count() over (partition by episode_id, is_recent) as run_count

    from runs

),

factored_runs as (

    select
        episode_id,
        is_recent,
        log_cost,
        log(token_cost / token_cost_at_usual_prices) as price,
        log(token_cost_at_usual_prices / weighted_tokens) as model_mix,
        log(weighted_tokens / call_count) - log_input_part as tokens_per_call,
        log(call_count) as calls_per_run,
        log_input_part as input_size

    from ranked_runs
    where cost_rank > floor(run_count * {{ trim }}) and cost_rank <= run_count - floor(run_count * {{ trim }})

),

changes as (

    select
        episode_id,
        avgIf(log_cost, is_recent) - avgIf(log_cost, not is_recent) as log_change,
        exp(avgIf(log_cost, not is_recent)) as baseline_cost,
        exp(avgIf(log_cost, is_recent)) as recent_cost,
        -- Logarithmic mean: USD per unit of log change.
        if(abs(log_change) < 1e-12, baseline_cost, (recent_cost - baseline_cost) / log_change) as usd_by_log,
        {{ mean_change('price', 'usd_by_log') }} as price_usd,
        {{ mean_change('model_mix', 'usd_by_log') }} as model_mix_usd,
        {{ mean_change('tokens_per_call', 'usd_by_log') }} as tokens_per_call_usd,
        {{ mean_change('calls_per_run', 'usd_by_log') }} as calls_per_run_usd,
        {{ mean_change('input_size', 'usd_by_log') }} as input_size_usd

    from factored_runs
    group by episode_id
    having countIf(is_recent) > 0 and countIf(not is_recent) > 0

)

select
    episode_id,
    cast(round(baseline_cost, 12) as Decimal(38, 12)) as baseline_cost_usd,
    cast(round(recent_cost, 12) as Decimal(38, 12)) as recent_cost_usd,
    recent_cost_usd - baseline_cost_usd as change_usd,
    price_usd,
    model_mix_usd,
    tokens_per_call_usd,
    calls_per_run_usd,
    input_size_usd,
    change_usd
    - (price_usd + model_mix_usd + tokens_per_call_usd + calls_per_run_usd + input_size_usd) as remainder_usd,
    -- A regression is a change that the input's size does not explain, so that is no cause. Equal parts by name.
    arraySort(
        part -> (-part.1, part.2),
        [
            (price_usd, 'price'),
            (model_mix_usd, 'model_mix'),
            (tokens_per_call_usd, 'tokens_per_call'),
            (calls_per_run_usd, 'calls_per_run'),
            (remainder_usd, 'remainder')
        ]
    )[1] as largest_part,
    largest_part.2 as main_cause,
    cast(largest_part.1 as Decimal(38, 12)) as main_cause_usd
from changes
