-- R064, R068: each rule looks at a metric that there is, in a way that it has, and asks for a test only where there is one.
{%- set events = ['latency_spread', 'failed_cost_share', 'main_model_share', 'open_outage', 'budget_risk', 'provider_failures', 'model_switch', 'failed_checks'] %}
select
    rules.rule_id as rule_id,
    rules.basis as basis,
    multiIf(
        metrics.metric = '' and not is_event, 'no such metric in the seed metrics',
        is_event and rules.max_p_value is not null and rules.metric != 'provider_failures', 'is not tested: leave max_p_value empty',
        metrics.kind in ('percentile', 'distinct') and rules.max_p_value is not null, 'is not tested: leave max_p_value empty',
        rules.metric in ('avg_score', 'cost_per_message_usd', 'tokens_per_message', 'cache_read_share')
        and rules.max_p_value is not null, 'is not tested: leave max_p_value empty',
        is_event and rules.measure != event_measure, concat('has the measure ', event_measure),
        not is_event and rules.measure in ('lower_bound', 'wide'), 'has no such measure',
        ''
    ) as problem,
    multiIf(
        startsWith(rules.metric, 'odd_'), 'wide',
        rules.metric = 'failure_share', 'lower_bound',
        'value'
    ) as event_measure,
    rules.metric in ('{{ events | join("', '") }}')
    or match(rules.metric, '^(odd|regression|anomalous|early)_')
    or rules.metric = 'failure_share' and rules.measure = 'lower_bound' as is_event
from {{ ref('insight_rules') }} as rules
left join {{ ref('metrics') }} as metrics
    on rules.metric = metrics.metric
where problem != ''
