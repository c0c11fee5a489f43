{{ config(order_by='(started_date, episode_id)') }}

{% set cost_pct = var('regression_cost_pct') -%}
{% set duration_pct = var('regression_duration_pct') -%}
{% set quality_drop = var('regression_quality_drop') -%}
{% set attributed = [
    'baseline_cost_usd', 'recent_cost_usd', 'change_usd', 'price_usd', 'model_mix_usd', 'tokens_per_call_usd',
    'calls_per_run_usd', 'input_size_usd', 'remainder_usd', 'main_cause_usd',
] -%}

with

episodes as (

    select * from {{ ref('regression_episodes') }}

),

attributions as (

    select * from {{ ref('regression_attributions') }}

),

explained_episodes as (

    select
        episodes.*,
        -- Only a cost has parts in USD.
        {% for column in attributed -%}
            if(attributions.episode_id = '', null, attributions.{{ column }}) as {{ column }},
        {% endfor -%}
        -- Without them: did the same models get worse, or are they others?
        multiIf(
            attributions.episode_id != '', attributions.main_cause,
            coalesce(episodes.same_model_effect_pct, 0) < episodes.effect_pct / 2, 'model_mix',
            episodes.metric = 'duration', 'slower_answers',
            episodes.metric = 'quality', 'lower_scores',
            'remainder'
        ) as main_cause,
        {{ by_regression_metric('episodes.metric', {
            'cost': cost_pct.critical, 'duration': duration_pct.critical, 'quality': quality_drop.critical * 100
        }) }} as critical_pct,
        {{ by_regression_metric('episodes.metric', {
            'cost': cost_pct.major, 'duration': duration_pct.major, 'quality': quality_drop.major * 100
        }) }} as major_pct

    from episodes
    left join attributions
        on episodes.episode_id = attributions.episode_id

)

select
    ----------  ids
    episode_id,
    species_hash,
    workflow_id,
    source,

    ----------  text
    metric,
    multiIf(peak_effect_pct > critical_pct, 'critical', peak_effect_pct > major_pct, 'major', 'minor') as severity,
    main_cause,
    concat(
        multiIf(
            metric = 'cost', 'With inputs of the same size a run costs ',
            metric = 'duration', 'For answers of the same length a run takes ',
            'The evaluator scores a run '
        ),
        {{ fixed_decimals('effect_pct', 0) }},
        if(metric = 'quality', ' points of 100 lower', '% more'),
        ', mainly because ',
        transform(
            main_cause,
            ['price', 'model_mix', 'tokens_per_call', 'calls_per_run', 'slower_answers', 'lower_scores'],
            [
                'the same models charge more', 'other models do the work', 'calls use more tokens',
                'runs make more calls', 'the same models answer more slowly', 'the same models score lower'
            ],
            'of something other than price, models, tokens and calls'
        ),
        coalesce(
            concat(
                ' (+$', {{ fixed_decimals('main_cause_usd', 6) }},
                ' per run). With the inputs as they came, a typical run went from $',
                {{ fixed_decimals('baseline_cost_usd', 6) }}, ' to $', {{ fixed_decimals('recent_cost_usd', 6) }}
            ),
            ''
        ),
        '.'
    ) as explanation,
    end_reason,

    ----------  size
    effect_pct,
    effect_low_pct,
    effect_high_pct,
    peak_effect_pct,
    last_effect_pct as latest_effect_pct,
    p_value,
    q_value,
    recent_run_count as recent_run_count,
    baseline_run_count as baseline_run_count,

    ----------  parts of the change of cost
    baseline_cost_usd,
    recent_cost_usd,
    change_usd as cost_change_usd,
    price_usd as price_change_usd,
    model_mix_usd as model_mix_change_usd,
    tokens_per_call_usd as tokens_per_call_change_usd,
    calls_per_run_usd as calls_per_run_change_usd,
    input_size_usd as input_size_change_usd,
    remainder_usd as remainder_change_usd,

    ----------  booleans
    toBool(ended_date is null) as is_open,

    ----------  dates
    started_date as started_date,
    confirmed_date as confirmed_date,
    ended_date as ended_date,
    last_run_date as last_run_date

from explained_episodes
