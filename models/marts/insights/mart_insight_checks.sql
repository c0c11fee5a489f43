{{ config(order_by='(period_kind, basis, rule_id, scope_id, subject_id)') }}

{#- What of a trend a rule can look at (seed `insight_rules`, column `measure`). -#}
{%- set measures = {
    'value': 'trends.current_value',
    'increase_pct': 'trends.change_pct',
    'decrease_pct': '-trends.change_pct',
    'change_pct': 'abs(trends.change_pct)',
    'rise': 'trends.change',
    'drop': '-trends.change',
} -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

rules as (

    select * from {{ ref('insight_rules') }}
    where is_enabled

),

periods as (

    select distinct
        period_kind,
        period_start_date,
        period_last_date
    from {{ ref('mart_trends') }}
    where period_kind in ({% for days in var('insights').days %}'last_{{ days }}d'{{ ', ' if not loop.last }}{% endfor %})

),

trends as (

    select * from {{ ref('mart_trends') }}
    where
        period_kind in (select periods.period_kind from periods)
        and (scope_kind = 'total' or scope_kind in ('organization', 'project', 'workflow', 'provider', 'model') and scope_key != '')

),

run_counts as (

    select
        scope_id,
        period_kind,
        current_value as runs,
        previous_value as previous_runs
    from trends
    where metric = 'run_count'

),

-- A change needs runs on both sides, a value only its own.
measured_trends as (

    select
        trends.scope_kind as scope_kind,
        trends.scope_key as scope_key,
        trends.scope_id as scope_id,
        trends.period_kind as period_kind,
        trends.metric as metric,
        arrayJoin([
            {% for measure, value in measures.items() -%}
                ('{{ measure }}', {{ value }}){{ ',' if not loop.last }}
            {% endfor %}
        ]) as measure,
        'metric' as subject_type,
        trends.metric as subject_id,
        trends.current_value as current_value,
        trends.previous_value as previous_value,
        trends.change_pct as change_pct,
        trends.p_value as p_value,
        trends.adjusted_p_value as adjusted_p_value,
        -- A period before that the logs do not reach back to is not compared.
        coalesce(
            trends.is_beyond_chance and (measure.1 = 'value' or trends.previous_start_date >= (select as_of.first_date from as_of)), false
        ) as is_beyond_chance,
        if(measure.1 = 'value', run_counts.runs, least(run_counts.runs, coalesce(run_counts.previous_runs, 0))) as sample_size,
        trends.period_last_date as since_date,
        '' as cause,
        emptyArrayString() as run_ids
    from trends
    inner join run_counts
        on
            trends.scope_id = run_counts.scope_id
            and trends.period_kind = run_counts.period_kind
    where measure.1 = 'value' or trends.previous_value > 0

),

events as (

    select * from {{ ref('mart_insight_events') }}

),

-- That one model costs most is worth saying only where another was tried on the same step.
contested_models as (

    select arrayJoin(models) as model
    from (
        select groupUniqArray(cells.model) as models
        from {{ ref('int_cost_cells') }} as cells
        group by
            cells.workflow_id,
            cells.step_name
        having length(models) > 1
    ) as steps

),

signals as (

    select
        measured_trends.* except (measure),
        measured_trends.measure.1 as measure,
        measured_trends.measure.2 as value
    from measured_trends

    union all

    select
        events.scope_kind as scope_kind,
        events.scope_key as scope_key,
        events.scope_id as scope_id,
        periods.period_kind as period_kind,
        events.metric as metric,
        events.subject_type as subject_type,
        events.subject_id as subject_id,
        events.current_value as current_value,
        events.previous_value as previous_value,
        events.change_pct as change_pct,
        events.p_value as p_value,
        null as adjusted_p_value,
        true as is_beyond_chance,
        toFloat64(events.sample_size) as sample_size,
        events.since_date as since_date,
        events.cause as cause,
        events.run_ids as run_ids,
        events.measure as measure,
        events.value as value
    from events
    inner join periods
        on events.period_kind = periods.period_kind
    where
        events.metric != 'main_model_share'
        or events.subject_id in (select contested_models.model from contested_models)

    union all

    -- A provider that fails more than the others on the same workflow is tested already.
    select
        'workflow' as scope_kind,
        providers.workflow_id as scope_key,
        concat('workflow:', providers.workflow_id) as scope_id,
        periods.period_kind as period_kind,
        'provider_failures' as metric,
        'provider' as subject_type,
        providers.provider as subject_id,
        1 - providers.success_share as current_value,
        1 - providers.other_success_share as previous_value,
        null as change_pct,
        providers.p_value as p_value,
        providers.adjusted_p_value as adjusted_p_value,
        true as is_beyond_chance,
        toFloat64(providers.call_count) as sample_size,
        providers.period_start_date as since_date,
        providers.advice as cause,
        emptyArrayString() as run_ids,
        'value' as measure,
        providers.other_success_share - providers.success_share as value
    from {{ ref('mart_provider_reliability') }} as providers
    inner join periods
        on providers.period_kind = periods.period_kind
    where providers.is_worse

),

judged as (

    select
        ----------  ids
        signals.period_kind as period_kind,
        toLowCardinality(rules.basis) as basis,
        rules.rule_id as rule_id,
        toLowCardinality(signals.scope_kind) as scope_kind,
        signals.scope_key as scope_key,
        signals.scope_id as scope_id,
        toLowCardinality(signals.subject_type) as subject_type,
        signals.subject_id as subject_id,

        ----------  text
        toLowCardinality(rules.insight_type) as insight_type,
        toLowCardinality(rules.category) as category,
        toLowCardinality(signals.metric) as metric,
        toLowCardinality(rules.measure) as measure,
        multiIf(
            sample < rules.min_sample or value is null, 'none',
            rules.max_p_value is not null and (signals.adjusted_p_value is null or signals.adjusted_p_value > rules.max_p_value), 'none',
            rules.max_p_value is not null and not signals.is_beyond_chance, 'none',
            {% for severity in ['critical', 'warning', 'info'] -%}
                coalesce({{ rounded('signals.value') }} >= rules.{{ severity }}_threshold, false), '{{ severity }}',
            {% endfor -%}
            'none'
        ) as severity,
        signals.cause as cause,
        signals.run_ids as run_ids,

        ----------  numerics
        signals.value as value,
        rules.info_threshold as info_threshold,
        rules.warning_threshold as warning_threshold,
        rules.critical_threshold as critical_threshold,
        signals.current_value as current_value,
        signals.previous_value as previous_value,
        signals.change_pct as change_pct,
        signals.p_value as p_value,
        signals.adjusted_p_value as adjusted_p_value,
        toUInt64(coalesce(signals.sample_size, 0)) as sample,

        ----------  booleans
        toBool(severity != 'none') as is_raised,

        ----------  dates
        signals.since_date as known_since_date,
        periods.period_start_date as period_start_date,
        periods.period_last_date as period_last_date

    from signals
    inner join rules
        on
            signals.metric = rules.metric
            and signals.measure = rules.measure
    inner join periods
        on signals.period_kind = periods.period_kind

),

-- A trend or a ratio looked at backwards, day by day and without tests: how far it was from the threshold.
looked_back as (

    select
        judged.period_kind as period_kind,
        judged.basis as basis,
        judged.rule_id as rule_id,
        judged.scope_id as scope_id,
        judged.subject_id as subject_id,
        histories.date as date,
        histories.current_value - histories.previous_value as change,
        change / nullIf(histories.previous_value, 0) * 100 as change_pct,
        multiIf(
            judged.measure in ('value', 'lower_bound'), histories.current_value,
            judged.measure = 'increase_pct', change_pct,
            judged.measure = 'decrease_pct', -change_pct,
            judged.measure = 'change_pct', abs(change_pct),
            judged.measure = 'rise', change,
            -change
        ) as value,
        coalesce(judged.info_threshold, judged.warning_threshold, judged.critical_threshold) as least_threshold
    from judged
    inner join {{ ref('int_trend_histories') }} as histories
        on
            judged.period_kind = histories.period_kind
            and judged.scope_id = histories.scope_id
            and judged.metric = histories.metric
    where
        judged.is_raised
        and judged.measure in ('{{ measures | join("', '") }}', 'lower_bound')

),

held_since as (

    select
        period_kind,
        basis,
        rule_id,
        scope_id,
        subject_id,
        {{ held_since('groupArray(date)', 'groupArrayIf(date, not coalesce(' ~ rounded('value') ~ ' >= least_threshold, false))') }} as first_date
    from looked_back
    group by
        period_kind,
        basis,
        rule_id,
        scope_id,
        subject_id

)

select
    judged.* except (known_since_date, period_start_date, period_last_date),
    if(held_since.first_date > toDate(0), held_since.first_date, judged.known_since_date) as since_date,
    judged.period_start_date as period_start_date,
    judged.period_last_date as period_last_date
from judged
left join held_since
    on
        judged.period_kind = held_since.period_kind
        and judged.basis = held_since.basis
        and judged.rule_id = held_since.rule_id
        and judged.scope_id = held_since.scope_id
        and judged.subject_id = held_since.subject_id
