{{ config(order_by='(first_seen_at, alert_id)') }}

with

rules as (

    select * from {{ ref('alert_rules') }}
    where
        is_enabled
        and basis in ('{{ var("alert_basis") }}', 'both')

),

runs as (

    select * from {{ ref('run_analytics') }}

),

scores as (

    select * from {{ ref('score_calibrated_runs') }}

),

episodes as (

    select * from {{ ref('mart_regression_episodes') }}

),

-- One per cause: of a workflow's odd days of one rule, what began within a week of another is the same.
anomalies as (

    select
        *,
        multiIf(metric = 'error_share', 'error_spike', metric = 'sla_breach_share', 'sla_breach', 'quality_drop') as rule_id,
        min(toUInt32(first_date)) over (
            partition by rule_id, scope_id
            order by toUInt32(first_date)
            range between {{ var('metric_anomaly').alert_gap_days }} preceding and 1 preceding
        ) = 0 as is_first,
        row_number() over (partition by rule_id, scope_id, first_date order by indexOf(['critical', 'warning'], severity), metric) as place
    from {{ ref('mart_metric_anomalies') }}
    where
        scope_kind = 'workflow'
        and not coalesce(is_good, true)
        and (
            metric in ('error_share', 'success_share', 'avg_rating', 'avg_score', 'sentiment_score')
            or metric = 'sla_breach_share' and observation_count >= {{ var('sla_breach_alert').min_calls }}
        )

),

-- An episode can be seen when the last run of the day that confirmed it has ended.
species_days as (

    select
        species_hash,
        toDate(ended_at) as run_date,
        max((runs.ended_at, runs.run_id)) as last_run

    from runs
    group by
        species_hash,
        run_date

),

-- One row per rule and subject. A run's alert is over once a later run of its `series` raises none; an episode
-- has a state of its own.
judged_subjects as (

    select
        'run_cost_spike' as rule_id,
        'run' as subject_type,
        run_id as subject_id,
        run_id,
        workflow_id,
        concat(workflow_id, '/', input_category) as series,
        ended_at,
        cast(null as Nullable(Bool)) as is_open,
        documents_cost_z_score as value,
        '' as own_severity,
        concat('Cost is ', {{ fixed_decimals('documents_cost_z_score', 1) }}, 'σ above normal!') as message,
        toJSONString(cast(
            (documents_cost_z_score, total_cost_usd, cluster_avg_cost_usd, cluster_stddev_cost_usd, cluster_run_count, input_category),
            'Tuple(documents_cost_z_score Float64, total_cost_usd Float64, cluster_avg_cost_usd Nullable(Float64), cluster_stddev_cost_usd Nullable(Float64), cluster_run_count UInt32, input_category String)'
        )) as evidence
    from runs

    union all

    select
        'run_regression' as rule_id,
        'run' as subject_type,
        run_id as subject_id,
        run_id,
        workflow_id,
        coalesce(species_hash, '') as series,
        ended_at,
        cast(null as Nullable(Bool)) as is_open,
        toFloat64({{ severity_rank('documents_regression_severity') }}) as value,
        toString(documents_regression_severity) as own_severity,
        concat(
            'Performance degradation: cost ',
            {{ signed_percent('vs_recent_avg_cost_pct') }},
            -- Named where it is the duration alone that got worse.
            if(
                {{ rounded('vs_recent_avg_cost_pct') }} > {{ var('regression_cost_pct').minor }},
                '',
                concat(', duration ', {{ signed_percent('vs_recent_avg_duration_pct') }})
            )
        ) as message,
        toJSONString(cast(
            (vs_recent_avg_cost_pct, vs_recent_avg_duration_pct, regression_run_count, documents_regression_severity, species_hash),
            'Tuple(cost_change_pct Float64, duration_change_pct Float64, compared_run_count UInt32, severity String, species_hash Nullable(String))'
        )) as evidence
    from runs

    union all

    select
        'prediction_miss' as rule_id,
        'run' as subject_type,
        run_id as subject_id,
        run_id,
        workflow_id,
        concat(workflow_id, '/', coalesce(species_hash, '')) as series,
        ended_at,
        cast(null as Nullable(Bool)) as is_open,
        assumeNotNull(prediction_error_ratio) as value,
        '' as own_severity,
        concat('Cost ', {{ fixed_decimals('assumeNotNull(prediction_error_ratio) * 100', 0) }}, '% higher than predicted') as message,
        toJSONString(cast(
            (prediction_error_ratio, total_cost_usd, predicted_cost_usd, predicted_cost_high_95_usd, prediction_fallback, prediction_run_count, prediction_explanation),
            'Tuple(prediction_error Nullable(Float64), total_cost_usd Float64, predicted_cost_usd Nullable(Float64), predicted_cost_high_95_usd Nullable(Float64), prediction_fallback String, prediction_run_count UInt32, prediction_explanation String)'
        )) as evidence
    from runs
    where prediction_error_ratio is not null

    union all

    select
        'run_anomaly' as rule_id,
        'run' as subject_type,
        runs.run_id as subject_id,
        runs.run_id as run_id,
        runs.workflow_id as workflow_id,
        concat(runs.workflow_id, '/', coalesce(runs.species_hash, '')) as series,
        runs.ended_at as ended_at,
        cast(null as Nullable(Bool)) as is_open,
        toFloat64({{ severity_rank('own_severity') }}) as value,
        multiIf(
            not scores.is_calibrated_anomaly, 'none',
            scores.is_calibrated_error_anomaly or scores.is_calibrated_output_anomaly, 'critical',
            -- A cheap run can be an anomaly for its duration.
            scores.is_calibrated_cost_anomaly and scores.calibrated_cost_z_score > 0, 'critical',
            scores.is_calibrated_tokens_anomaly and scores.calibrated_tokens_z_score > 0 and scores.calibrated_cost_z_score is null, 'critical',
            'warning'
        ) as own_severity,
        concat('Outlier: ', scores.calibrated_anomaly_reason) as message,
        toJSONString(cast(
            (scores.calibrated_cost_z_score, scores.calibrated_duration_z_score, scores.calibrated_tokens_z_score, scores.calibrated_anomaly_score, scores.error_probability, scores.baseline_cohort, scores.baseline_run_count),
            'Tuple(calibrated_cost_z_score Nullable(Float64), calibrated_duration_z_score Nullable(Float64), calibrated_tokens_z_score Nullable(Float64), calibrated_anomaly_score Nullable(Float64), error_probability Nullable(Float64), baseline_cohort String, baseline_run_count UInt32)'
        )) as evidence
    from runs
    inner join scores
        on runs.run_id = scores.run_id

    union all

    select
        'regression_episode' as rule_id,
        'episode' as subject_type,
        episodes.episode_id as subject_id,
        species_days.last_run.2 as run_id,
        episodes.workflow_id as workflow_id,
        episodes.episode_id as series,
        species_days.last_run.1 as ended_at,
        toNullable(episodes.is_open) as is_open,
        toFloat64({{ severity_rank('episodes.severity') }}) as value,
        episodes.severity as own_severity,
        concat('Performance degradation: ', episodes.explanation) as message,
        toJSONString(cast(
            (episodes.species_hash, episodes.metric, episodes.effect_pct, episodes.effect_low_pct, episodes.effect_high_pct, episodes.q_value, episodes.main_cause, episodes.started_date),
            'Tuple(species_hash String, metric String, effect_pct Float64, effect_low_pct Float64, effect_high_pct Float64, q_value Float64, main_cause String, started_date Date)'
        )) as evidence
    from episodes
    inner join species_days
        on
            episodes.species_hash = species_days.species_hash
            and episodes.confirmed_date = species_days.run_date

    union all

    select
        rule_id,
        'metric_anomaly' as subject_type,
        concat(scope_id, '/', metric, '/', toString(first_date)) as subject_id,
        '' as run_id,
        scope_key as workflow_id,
        subject_id as series,
        subtractMilliseconds(toDateTime64(first_date + 1, 3, 'UTC'), 1) as ended_at,
        toNullable(toBool(last_date >= (select as_of.last_complete_date from {{ ref('int_as_of') }} as as_of))) as is_open,
        if(rule_id = 'sla_breach', value, abs(value - expected)) as value,
        if(
            rule_id = 'sla_breach',
            if({{ rounded('value') }} >= {{ var('sla_breach_alert').critical_share }}, 'critical', 'warning'),
            toString(severity)
        ) as own_severity,
        concat('Workflow ', scope_key, ': ', explanation) as message,
        toJSONString(cast(
            (toString(metric), value, expected, p_value, observation_count, may_be_judge),
            'Tuple(metric String, value Float64, expected Float64, p_value Nullable(Float64), observation_count UInt64, may_be_judge Bool)'
        )) as evidence
    from anomalies
    where is_first and place = 1

    union all

    select
        rule_id,
        subject_type,
        subject_id,
        run_id,
        workflow_id,
        series,
        ended_at,
        is_open,
        value,
        own_severity,
        message,
        evidence
    from {{ ref('int_alert_subjects') }}

),

ruled_subjects as (

    select
        judged_subjects.*,
        rules.alert_type as alert_type,
        if(rules.severity = 'from_run', judged_subjects.own_severity, rules.severity) as severity,
        multiIf(
            rules.direction = 'below', {{ rounded('judged_subjects.value') }} < rules.threshold,
            rules.direction = 'from', {{ rounded('judged_subjects.value') }} >= rules.threshold,
            {{ rounded('judged_subjects.value') }} > rules.threshold
        ) as is_raised

    from judged_subjects
    inner join rules
        on judged_subjects.rule_id = rules.rule_id

),

followed_subjects as (

    select
        *,
        maxIf((ended_at, run_id), not is_raised) over (partition by rule_id, series) as last_good_run
    from ruled_subjects

)

select
    ----------  ids
    -- The same rule and subject have the same id in every build: nothing is raised twice.
    lower(hex(sipHash128(concat(rule_id, '/', subject_type, '/', subject_id)))) as alert_id,
    rule_id,
    alert_type,
    severity,
    subject_type,
    subject_id,
    run_id,
    workflow_id,

    ----------  text
    message,
    evidence,

    ----------  booleans
    coalesce(is_open, toBool((ended_at, run_id) > last_good_run)) as is_active,

    ----------  timestamps
    ended_at as first_seen_at

from followed_subjects
where is_raised
