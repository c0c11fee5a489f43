{{ config(materialized='view') }}

{#- Document D's answers: keys, types and order are the document's. -#}
{%- set number = 'Nullable(Float64)' -%}
{%- set trends = {'cost': 'cost_usd', 'usage': 'run_count', 'performance': 'avg_duration_ms', 'reliability': 'failure_share'} -%}

with

generated as (

    select generated_at
    from {{ ref('v_summary') }}

),

-- The whole warehouse ('') and each organization, by days; without any data, the whole alone.
answers as (

    select
        organization_id,
        days,
        concat('last_', toString(days), 'd') as period_kind,
        if(organization_id = '', 'total', concat('organization:', organization_id)) as scope_id
    from (
        select
            organization_id,
            days
        from {{ ref('v_insight_analysis') }}
        union distinct
        select
            '' as organization_id,
            toUInt16(arrayJoin({{ var('insights').days }})) as days
    ) as known_answers

),

items as (

    select
        arrayJoin(arrayDistinct(['', insights.organization_id])) as answer_organization_id,
        -- What could be saved, which is of one window, is part of every answer.
        arrayJoin(if(is_opportunity, {{ var('insights').days }}, [insights.days])) as answer_days,
        answer_days = insights.days as is_listed,
        {{ insight_item() }} as item,
        (indexOf(['critical', 'warning', 'info'], toString(severity)), -abs(coalesce(impact_usd, 0)), title, finding_id) as position,
        category,
        severity,
        net_savings_usd,
        is_opportunity,
        data
    from {{ ref('mart_insights') }} as insights
    where is_shown

),

found as (

    select
        answer_organization_id as organization_id,
        answer_days as days,
        countIf(is_listed) as insight_count,
        {% for severity in ['critical', 'warning', 'info'] -%}
            countIf(is_listed and severity = '{{ severity }}') as {{ severity }}_count,
        {% endfor -%}
        {% for category in ['cost', 'performance', 'reliability'] -%}
            argMinIf(item, position, is_listed and category = '{{ category }}') as top_{{ category }},
        {% endfor -%}
        toFloat64(sum(coalesce(net_savings_usd, 0))) as savings_usd,
        arrayMap(row -> row.2, arraySort(groupArrayIf((position, item), is_listed))) as list,
        arrayMap(row -> row.2, arraySort(groupArrayIf((position, data), is_opportunity))) as opportunities
    from items
    group by
        organization_id,
        days

),

changes as (

    select
        {% for name, metric in trends.items() -%}
            anyIf({{ 'change_pct' if name != 'reliability' else '-change * 100' }}, metric = '{{ metric }}') as {{ name }}_change,
            anyIf({{ trend_in_json(name) }}, metric = '{{ metric }}') as {{ name }}_json,
        {% endfor -%}
        anyIf(previous_value, metric = 'run_count') as previous_runs,
        scope_id,
        period_kind
    from {{ ref('mart_trends') }}
    where metric in {{ trends.values() | list | tojson | replace('"', "'") | replace('[', '(') | replace(']', ')') }}
    group by
        scope_id,
        period_kind

),

costs as (

    select
        analysis.organization_id as organization_id,
        analysis.days as days,
        {% for name, column in {'provider': 'provider', 'model': 'model', 'pipeline': 'workflow_id'}.items() -%}
            sumMap(map(costs.{{ column }}, toFloat64(costs.cost_usd))) as by_{{ name }},
        {% endfor -%}
        toFloat64(sum(costs.cost_usd)) as total_usd
    from {{ ref('daily_costs') }} as costs
    cross join {{ ref('v_insight_analysis') }} as analysis
    where
        costs.date between analysis.period_start_date and analysis.period_last_date
        and (analysis.organization_id = '' or costs.organization_id = analysis.organization_id)
    group by
        organization_id,
        days

),

projections as (

    select
        unique_id,
        toJSONString({{ json_object({
            'current_daily_avg': ('current_daily_avg_usd', number), 'projected_daily': ('projected_daily_usd', number),
            'projected_weekly': ('projected_weekly_usd', number), 'projected_monthly': ('projected_monthly_usd', number),
            'trend': ('toString(trend)', 'String'), 'confidence': ('confidence', number),
        }) }}) as forecast_json
    from {{ ref('mart_cost_projections') }}

)

select
    answers.organization_id as organization_id,
    answers.days as days,
    concat(
        '{"generated_at":"', {{ iso_time('generated.generated_at') }}, '","total_insights":', toString(found.insight_count),
        {% for severity in ['critical', 'warning', 'info'] -%}
            ',"{{ severity }}_count":', toString(found.{{ severity }}_count),
        {% endfor -%}
        {% for category in ['cost', 'performance', 'reliability'] -%}
            ',"top_{{ category }}_insight":', if(found.top_{{ category }} = '', 'null', found.top_{{ category }}),
        {% endfor -%}
        ',"estimated_savings":', toString(found.savings_usd),
        ',"performance_change_percent":', coalesce(toString(changes.performance_change), 'null'),
        ',"reliability_change_percent":', coalesce(toString(changes.reliability_change), 'null'), '}'
    ) as summary_json,
    concat(
        '{"generated_at":"', {{ iso_time('generated.generated_at') }}, '","days":', toString(answers.days),
        ',"insights":[', arrayStringConcat(found.list, ','), ']',
        {% for name in trends -%}
            ',"{{ name }}_trend":', if(changes.{{ name }}_json = '', 'null', changes.{{ name }}_json),
        {% endfor -%}
        ',"cost_breakdown":', toJSONString({{ json_object({
            'total': ('costs.total_usd', 'Float64'),
            'by_provider': (costs_list('costs.by_provider'), 'Array(Tuple(provider String, cost Float64, share Float64))'),
            'by_model': (costs_list('costs.by_model'), 'Array(Tuple(model String, cost Float64, share Float64))'),
            'by_pipeline': (costs_list('costs.by_pipeline'), 'Array(Tuple(pipeline_id String, cost Float64, share Float64))'),
        }) }}),
        ',"performance_metrics":', if(analysis.performance_json = '', 'null', analysis.performance_json),
        ',"failure_analysis":', if(analysis.failure_json = '', 'null', analysis.failure_json),
        ',"cost_forecast":', if(projections.forecast_json = '', 'null', projections.forecast_json),
        ',"optimization_opportunities":[', arrayStringConcat(found.opportunities, ','), ']',
        ',"model_efficiency":', if(analysis.efficiency_json = '', '[]', analysis.efficiency_json),
        ',"usage":', if(analysis.usage_json = '', 'null', analysis.usage_json),
        -- Without runs before there is no change to speak of.
        ',"notes":', if(coalesce(changes.previous_runs, 0) > 0, '[]', '["no comparable earlier period"]'), '}'
    ) as report_json
from answers
cross join generated
left join found
    on
        answers.organization_id = found.organization_id
        and answers.days = found.days
left join changes
    on
        answers.scope_id = changes.scope_id
        and answers.period_kind = changes.period_kind
left join costs
    on
        answers.organization_id = costs.organization_id
        and answers.days = costs.days
left join {{ ref('v_insight_analysis') }} as analysis
    on
        answers.organization_id = analysis.organization_id
        and answers.days = analysis.days
left join projections
    on answers.scope_id = projections.unique_id
