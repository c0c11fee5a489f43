{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'baseline_calibrated_runs') }}",
    order_by='run_id',
) }}

{#- The calibrated companion of the documents' flags (K13): conditional on size, robust, shrunk, as-of. -#}
{% set metrics = ['cost', 'duration', 'tokens'] -%}
{% set max_error_probability = var('calibrated_error').max_probability -%}
{% set max_output_probability = var('calibrated_output').max_probability -%}

with

baselines as (

    select * from {{ ref('baseline_calibrated_runs') }}
    where {{ is_outdated(['history_version']) }}

),

fits as (

    select * from {{ ref('baseline_calibrated_fits') }}
    where run_id in (select baselines.run_id from baselines)

),

neighbours as (

    select * from {{ ref('baseline_calibrated_neighbours') }}
    where run_id in (select baselines.run_id from baselines)

),

bounds as (

    select
        ended_date,
    {% for metric in metrics -%}
        sumIf(low_bound, metric = '{{ metric }}') as {{ metric }}_low_bound,
        sumIf(high_bound, metric = '{{ metric }}') as {{ metric }}_high_bound{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('baseline_calibrated_bounds') }}
    group by ended_date

),

scored_runs as (

    select
        fits.run_id as run_id,
        fits.history_version as history_version,
        {% for metric in metrics -%}
            (fits.{{ metric }}_residual - baselines.{{ metric }}_location) / baselines.{{ metric }}_scale as calibrated_{{ metric }}_z_score,
            exp((fits.{{ metric }}_residual - baselines.{{ metric }}_location) * fits.{{ metric }}_standard_error_factor) as {{ metric }}_factor,
            -- Nothing is known of the pool yet.
            baselines.{{ metric }}_bound_factor * if(bounds.{{ metric }}_low_bound = 0, {{ var('calibrated_tail').first_bound }}, bounds.{{ metric }}_low_bound) as {{ metric }}_low_bound,
            baselines.{{ metric }}_bound_factor * if(bounds.{{ metric }}_high_bound = 0, {{ var('calibrated_tail').first_bound }}, bounds.{{ metric }}_high_bound)
            {%- if metric == 'duration' %} * if(neighbours.is_in_slow_hours, {{ var('calibrated_slow_hours').bound_share }}, 1.){% endif %} as {{ metric }}_high_bound,
        {% endfor -%}
        neighbours.is_in_slow_hours as is_in_slow_hours,
        fits.comparable_run_count as comparable_run_count,
        coalesce(calibrated_cost_z_score, calibrated_duration_z_score, calibrated_tokens_z_score) is not null as is_scored,
        if(is_scored, baselines.cohort, 'none') as baseline_cohort,
        -- The workflow's line alone gives a score, before there is a history of residuals.
        multiIf(
            not is_scored, 0,
            baselines.cohort = 'workflow', fits.comparable_run_count,
            baselines.cohort_run_count
        ) as baseline_run_count,
        -- Half an error more than seen: no error rate is zero.
        (fits.older_error_run_count + 0.5) / (fits.older_run_count + 1) as older_error_rate,
        fits.recent_error_run_count as recent_error_run_count,
        -- Only failures are judged. What is unlikely is how many of the runs before failed, not that this one did.
        {{ failure_probability() }} as error_probability,
        {{ silence_probability() }} as output_probability

    from fits
    inner join baselines
        on fits.run_id = baselines.run_id
    left join neighbours
        on fits.run_id = neighbours.run_id
    left join bounds
        on toDate(fits.ended_at) = bounds.ended_date

),

flagged_runs as (

    select
        *,
        {% for metric in metrics -%}
            coalesce({{ rounded('calibrated_' ~ metric ~ '_z_score - ' ~ metric ~ '_high_bound') }} > 0, false) as is_{{ metric }}_high,
            coalesce({{ rounded('calibrated_' ~ metric ~ '_z_score + ' ~ metric ~ '_low_bound') }} < 0, false) as is_{{ metric }}_low,
        {% endfor -%}
        coalesce({{ rounded('error_probability') }} < {{ max_error_probability }}, false) as has_unlikely_errors,
        coalesce({{ rounded('output_probability') }} < {{ max_output_probability }}, false) as is_missing_output,
        -- Tokens add nothing to the cost, unless no cost is known.
        calibrated_cost_z_score is null and is_tokens_high as is_tokens_high_unpriced
    from scored_runs

)

select
    run_id,
    history_version,

    ----------  scores
    calibrated_cost_z_score,
    calibrated_duration_z_score,
    calibrated_tokens_z_score,
    -- The largest, each as a share of its bound; of probabilities the logarithm is. A failure counts with how rare
    -- failures are. No usual run has missing output: beyond its bound it ranks higher.
    arrayMax(arrayFilter(
        score -> score is not null,
        [
            calibrated_cost_z_score / cost_high_bound,
            calibrated_duration_z_score / duration_high_bound,
            log(error_probability * older_error_rate) / log({{ max_error_probability }} * older_error_rate),
            log(output_probability) / log({{ max_output_probability }}) + is_missing_output
        ]
    )) as calibrated_anomaly_score,
    error_probability,
    output_probability,
    cost_high_bound,
    duration_high_bound,
    tokens_high_bound,
    is_in_slow_hours,
    {{ anomaly_loss_share() }} as anomaly_loss_share,

    ----------  cohort
    baseline_cohort,
    toUInt32(baseline_run_count) as baseline_run_count,

    ----------  flags
    toBool(is_cost_high or is_cost_low) as is_calibrated_cost_anomaly,
    toBool(is_duration_high or is_duration_low) as is_calibrated_duration_anomaly,
    toBool(is_tokens_high or is_tokens_low) as is_calibrated_tokens_anomaly,
    toBool(has_unlikely_errors) as is_calibrated_error_anomaly,
    toBool(is_missing_output) as is_calibrated_output_anomaly,
    -- A run that is merely cheap or quick does no harm: its flag is set, but does not count here.
    toBool(is_cost_high or is_duration_high or is_tokens_high_unpriced or has_unlikely_errors or is_missing_output) as is_calibrated_anomaly,
    multiIf(
        is_cost_high or is_duration_high or is_tokens_high, 'high', is_cost_low or is_duration_low or is_tokens_low, 'low', 'none'
    ) as calibrated_anomaly_side,

    ----------  explanation
    {{ anomaly_in_words() }} as calibrated_anomaly_reason
from flagged_runs
