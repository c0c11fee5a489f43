{{ config(order_by='(basis, period_kind, rule_id, scope_id, subject_id)') }}

with

checks as (

    select * from {{ ref('mart_insight_checks') }}
    where is_raised

),

evidence as (

    select * from {{ ref('int_scope_evidence') }}

),

texts as (

    select
        rule_id,
        arrayMap(text -> text.2, arraySort(groupArray((place, recommendation)))) as recommendations
    from {{ ref('insight_texts') }}
    group by rule_id

),

-- What made a scope's cost change most; of a workflow, its models.
contributions as (

    select
        period_kind,
        arrayJoin(arrayConcat([scope_id], if(scope_kind = 'total', [concat('workflow:', workflow_id)], []))) as scope_id,
        arrayMap(
            driver -> (driver.2, driver.3, driver.4),
            arraySlice(arraySort(groupArray((
                rank, concat(workflow_id, ' (', model, ')'), toFloat64(change_usd), coalesce(share_of_change, 0)
            ))), 1, 3)
        ) as drivers,
        argMin(main_reason, rank) as main_driver_reason
    from {{ ref('mart_cost_changes') }}
    where change_usd > 0
    group by
        period_kind,
        scope_id

),

found as (

    select
        {% for column in [
            'period_kind', 'basis', 'rule_id', 'scope_kind', 'scope_key', 'scope_id', 'subject_type', 'subject_id', 'insight_type',
            'category', 'metric', 'severity', 'cause', 'value', 'current_value', 'previous_value', 'change_pct', 'p_value',
            'adjusted_p_value', 'sample', 'since_date', 'period_start_date', 'period_last_date',
        ] -%}
            checks.{{ column }} as {{ column }},
        {% endfor -%}
        coalesce(labels.label, '') as label,
        labels.unit as unit,
        evidence.organization_id as organization_id,
        evidence.failed_run_count as failed_run_count,
        evidence.finished_run_count as finished_run_count,
        if(checks.rule_id = 'cost_spike', contributions.drivers, []) as drivers,
        contributions.main_driver_reason as main_driver_reason,
        evidence.by_error_type as by_error_type,
        -- A rule without recommendations of its own has its category's.
        if(empty(texts.recommendations), category_texts.recommendations, texts.recommendations) as recommendations,
        multiIf(
            not empty(checks.run_ids), checks.run_ids,
            checks.category = 'cost', evidence.expensive_run_ids,
            checks.category = 'performance', evidence.slow_run_ids,
            checks.metric = 'qa_pass_share', evidence.rejected_run_ids,
            checks.metric = 'failure_share', evidence.failed_run_ids,
            evidence.newest_run_ids
        ) as evidence_ids,
        lower(hex(sipHash128(concat(checks.rule_id, '/', checks.scope_id, '/', checks.period_kind, '/', checks.subject_id)))) as finding_id,
        -- What a regression says of a workflow, its trend says again.
        maxIf(finding_id, checks.subject_type in ('episode', 'outage')) over same_type as episode_finding_id,
        -- That a high share of failures is high says more than that it rose, in the same words.
        maxIf(finding_id, checks.rule_id = 'failure_pattern') over same_type as pattern_finding_id
    from checks
    left join evidence
        on
            checks.scope_id = evidence.scope_id
            and checks.period_kind = evidence.period_kind
    left join contributions
        on
            checks.scope_id = contributions.scope_id
            and checks.period_kind = contributions.period_kind
    left join texts
        on checks.rule_id = texts.rule_id
    left join texts as category_texts
        on concat('any_', checks.category) = category_texts.rule_id
    left join {{ ref('metrics') }} as labels
        on if(startsWith(checks.rule_id, 'odd_') or checks.rule_id = 'early_quality', checks.cause, checks.metric) = labels.metric
    window same_type as (partition by checks.basis, checks.period_kind, checks.scope_id, checks.insight_type)

),

worded as (

    select
        *,
        {{ insight_title() }} as title,
        {{ insight_description() }} as description,
        {{ insight_data() }} as data,
        multiIf(
            subject_type in ('episode', 'outage'), '',
            episode_finding_id != '', episode_finding_id,
            rule_id = 'failure_increase', pattern_finding_id,
            ''
        ) as suppressing_id
    from found

),

opportunities as (

    select
        opportunities.*,
        arrayMap(text -> replaceAll(text, '{model}', opportunities.advised_model), texts.recommendations) as recommendations,
        {{ opportunity_title() }} as title,
        {{ opportunity_description() }} as description
    from {{ ref('mart_opportunities') }} as opportunities
    left join texts
        on opportunities.opportunity_type = texts.rule_id

),

-- Opportunities are facts of the logs or say that they are estimates: both bases have them.
insights as (

    select
        {{ insight_columns({
            'workflow_id': "if(scope_kind = 'workflow', scope_key, '')",
            'organization_id': "if(scope_kind = 'organization', scope_key, organization_id)",
            'type': 'insight_type', 'evidence_run_ids': 'evidence_ids', 'suppressed_by': 'suppressing_id', 'sample_size': 'sample',
            'impact_usd': "multiIf(rule_id in ('open_outage', 'failed_run_waste'), current_value, unit = 'usd' or metric in ('odd_cost', 'anomalous_cost') and unit != 'tokens', current_value - previous_value, null)",
            'first_seen_date': 'since_date', 'is_opportunity': 'false', 'opportunity_type': "''", 'current_cost_usd': 'null',
            'potential_savings_usd': 'null', 'net_savings_usd': 'null', 'savings_pct': 'null', 'difficulty': "''", 'estimate_basis': "''",
        }) }}
    from worded

    union all

    select
        {{ insight_columns({
            'finding_id': 'opportunity_id', 'basis': "arrayJoin(['documents', 'calibrated'])", 'rule_id': 'opportunity_type',
            'scope_kind': "'workflow'", 'scope_key': 'workflow_id', 'scope_id': "concat('workflow:', workflow_id)",
            'subject_type': "'opportunity'", 'subject_id': 'opportunity_id',
            'type': "if(opportunity_type = 'model_downgrade', 'model_recommendation', 'cost_optimization')",
            'severity': "'info'", 'category': "'optimization'", 'data': opportunity_data(), 'drivers': '[]', 'suppressed_by': "''",
            'current_value': 'current_cost_usd', 'previous_value': 'null', 'change_pct': 'null', 'p_value': 'null',
            'adjusted_p_value': 'null', 'sample_size': 'run_count', 'impact_usd': 'net_savings_usd',
            'is_opportunity': 'true', 'first_seen_date': 'period_start_date', 'period_kind': "'last_" ~ var('opportunities').days ~ "d'",
        }) }}
    from opportunities

)

select
    insights.*,
    toBool(first_seen_date = period_last_date) as is_new,
    toBool(suppressed_by = '' and basis = '{{ var("insight_basis") }}') as is_shown,
    toUInt16(period_last_date - period_start_date + 1) as days
from insights
