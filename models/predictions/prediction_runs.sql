{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'prediction_centres') }}",
    order_by='run_id',
) }}

{#-
    What a run was predicted to cost and to take, from what is known before it runs and from the runs that
    had ended before it started. The typical cost is a median, the expected one a mean: the typical one
    times how much dearer than typical earlier runs were on average (smearing, with extremes cut off).
-#}
{% set reach = var('conditional_fit_runs') | int -%}
{% set columns = [
    'fallback', 'cohort', 'run_count', 'usual_value', 'usual_size', 'size_factor', 'cohort_factor',
    'typical', 'expected', 'low_95', 'low_80', 'high_80', 'high_95'
] -%}
{% set prior_runs = var('prediction_smearing_prior_runs') -%}

with

centres as materialized (

    select
        *,
        [
            cityHash64('all', metric),
            cityHash64('model', tuple(metric, source, workflow_id, primary_model))
        ] as cohort_keys,
        {{ is_outdated(['run_id', 'history_version']) }} as is_new
    from {{ ref('prediction_centres') }}

),

pools as (

    select * from {{ ref('prediction_pools') }}

),

-- Without a large enough pool there is no interval.
pooled_runs as materialized (

    select
        centres.*,
        pools.pool_run_count >= {{ var('calibrated_pool_min_runs') }} as is_pooled,
        if(is_pooled, pools.quantiles, emptyArrayFloat64()) as miss_quantiles,
        if(is_pooled, pools.quantiles[5], {{ var('prediction_extreme_miss') }}) as extreme_miss
    from centres
    left join pools
        on
            centres.started_date = pools.started_date
            and centres.metric = pools.metric
            and centres.fallback = pools.fallback

),

ended_runs as (

    select
        arrayJoin(cohort_keys) as cohort_key,
        assumeNotNull(ended_at) as run_ended_at,
        run_id,
        {{ billionths('exp(scale * least(assumeNotNull(miss), extreme_miss))') }} as cut_ratio
    from pooled_runs
    where
        miss is not null
        and fallback = 'fitted'

),

{{ moments_when_started('centres', 'ended_runs', '[toInt128(1), cut_ratio]', 2, reach) }},

smeared_runs as (

    select
        run_id,
        metric,
        anyIf(moments, cohort_rank = 1) as all_sums,
        anyIf(moments, cohort_rank = 2) as model_sums,
        if(all_sums[1] = 0, 1., all_sums[2] / 1e9 / all_sums[1]) as all_smearing,
        (model_sums[2] / 1e9 + {{ prior_runs }} * all_smearing) / (model_sums[1] + {{ prior_runs }}) as smearing
    from answered_runs
    group by
        run_id,
        metric

),

predicted_runs as (

    select
        pooled_runs.run_id as run_id,
        pooled_runs.metric as metric,
        pooled_runs.history_version as history_version,
        pooled_runs.workflow_id as workflow_id,
        pooled_runs.primary_model as primary_model,
        pooled_runs.input_chars as input_chars,
        pooled_runs.fallback as fallback,
        pooled_runs.cohort as cohort,
        pooled_runs.run_count as run_count,
        exp(pooled_runs.usual) as usual_value,
        exp(pooled_runs.usual_size) as usual_size,
        exp(pooled_runs.size_effect) as size_factor,
        exp(pooled_runs.cohort_effect) as cohort_factor,
        usual_value * size_factor * cohort_factor as typical,
        {% for bound in ['low_95', 'low_80', 'high_80', 'high_95'] -%}
            if(pooled_runs.is_pooled, typical * exp(pooled_runs.scale * pooled_runs.miss_quantiles[{{ loop.index }}]), null) as {{ bound }},
        {% endfor -%}
        typical * smeared_runs.smearing as expected
    from pooled_runs
    inner join smeared_runs
        on
            pooled_runs.run_id = smeared_runs.run_id
            and pooled_runs.metric = smeared_runs.metric
    where pooled_runs.is_new

),

-- Side by side what was predicted of one run.
joined_runs as (

    select
        run_id,
        history_version,
        any(workflow_id) as workflow_id,
        any(primary_model) as primary_model,
        {% for column in columns -%}
            anyIf({{ column }}, metric = 'cost') as cost_{{ column }},
            anyIf({{ column }}, metric = 'duration') as duration_{{ column }},
        {% endfor -%}
        any(input_chars) as input_chars
    from predicted_runs
    group by
        run_id,
        history_version

)

select
    run_id,
    history_version,

    ----------  cost
    cost_typical as typical_cost_usd,
    cost_expected as expected_cost_usd,
    cost_low_80 as cost_low_80_usd,
    cost_high_80 as cost_high_80_usd,
    cost_low_95 as cost_low_95_usd,
    cost_high_95 as cost_high_95_usd,
    cost_usual_value as usual_cost_usd,
    cost_size_factor as input_size_cost_factor,
    cost_cohort_factor as cohort_cost_factor,

    ----------  duration
    duration_typical as typical_duration_ms,
    duration_expected as expected_duration_ms,
    duration_low_80 as duration_low_80_ms,
    duration_high_80 as duration_high_80_ms,
    duration_low_95 as duration_low_95_ms,
    duration_high_95 as duration_high_95_ms,

    ----------  what it rests on
    cost_fallback as prediction_fallback,
    if(cost_fallback = 'none', 'none', cost_cohort) as prediction_cohort,
    toUInt32(cost_run_count) as prediction_run_count,
    duration_fallback as duration_prediction_fallback,
    toUInt8({{ var('prediction_version') }}) as prediction_version,

    ----------  explanation
    if(
        cost_fallback = 'none',
        concat('no prediction: no run of ', workflow_id, ' that cost something had ended before it started'),
        concat(
            {{ dollars('assumeNotNull(cost_usual_value)') }}, ' typical of ', workflow_id,
            if(cost_fallback = 'workflow' or primary_model = '', '', concat(' on ', primary_model)),
            '; input of ', toString(input_chars), ' characters, usually ',
            toString(toUInt64(greatest(round(assumeNotNull(cost_usual_size) - {{ var('prediction_fixed_chars').cost }}), 0))),
            ': ', {{ signed_percent('(assumeNotNull(cost_size_factor) - 1) * 100') }},
            multiIf(
                cost_fallback != 'fitted', '',
                cost_cohort = 'species_size', '; this prompt with such an input: ',
                cost_cohort = 'species', '; this prompt: ',
                cost_cohort = 'category', '; inputs of this category: ',
                '; lately: '
            ),
            if(cost_fallback = 'fitted', {{ signed_percent('(assumeNotNull(cost_cohort_factor) - 1) * 100') }}, ''),
            multiIf(
                cost_fallback = 'few_runs', concat(' (of only ', toString(cost_run_count), if(cost_run_count = 1, ' run)', ' runs)')),
                cost_fallback = 'workflow', concat(
                    ' (of ', toString(cost_run_count), if(cost_run_count = 1, ' run', ' runs'), ' on other models)'
                ),
                ''
            )
        )
    ) as prediction_explanation
from joined_runs
