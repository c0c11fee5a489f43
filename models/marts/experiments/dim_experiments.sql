{{ config(order_by='(experiment_name, variant, source)') }}

with

experiments as (

    select * from {{ ref('int_experiments') }}

),

measures as (

    select * from {{ ref('int_variant_measures') }}

),

units as (

    select
        subject,
        variant,
        countIf(not is_crossover) as unit_count,
        countIf(is_crossover) as crossover_unit_count
    from {{ ref('int_experiment_units') }}
    group by
        subject,
        variant

),

splits as (

    select * from {{ ref('int_experiment_splits') }}

),

registry as (

    select * from {{ ref('int_experiment_registry') }}

)

select
    ----------  ids
    toLowCardinality(experiments.source) as source,
    experiments.experiment_name as experiment_name,
    experiments.variant as variant,

    ----------  registry
    toLowCardinality(if(registry.status = '', 'unregistered', registry.status)) as status,
    registry.hypothesis as hypothesis,
    registry.owner as owner,
    registry.decision as decision,
    toBool(experiments.variant = splits.control_variant) as is_control,
    if(mapContains(splits.planned_shares, experiments.variant), splits.planned_shares[experiments.variant], null) as planned_share,
    toLowCardinality(splits.unit_kind) as unit_kind,
    units.unit_count as unit_count,
    units.crossover_unit_count as crossover_unit_count,

    ----------  counts
    experiments.run_count as run_count,
    experiments.conversation_count as conversation_count,
    experiments.user_count as user_count,
    toUInt64(measures.call_count) as message_count,
    toUInt64(measures.tool_call_count) as tool_call_count,
    experiments.error_run_count as error_run_count,
    experiments.evaluated_run_count as evaluated_run_count,
    experiments.evaluation_count as evaluation_count,
    toUInt64(measures.rating_count) as rating_count,

    ----------  quality
    toFloat64(experiments.avg_score) as avg_score,
    {{ safe_ratio('measures.rating_sum', 'measures.rating_count') }} as avg_rating,
    {{ safe_ratio('measures.success_count', 'measures.success_evaluation_count') }} as success_share,
    {% for side in ['lower', 'upper'] -%}
        {{ wilson_bound('measures.success_count', 'measures.success_evaluation_count', side) }} as success_share_{{ {'lower': 'low', 'upper': 'high'}[side] }},
    {% endfor -%}
    {{ safe_ratio('measures.error_call_count', 'measures.call_count') }} as error_share,

    ----------  latency and cost
    {{ safe_ratio('measures.latency_ms_sum', 'measures.latency_count') }} as avg_latency_ms,
    measures.p50_latency_ms as p50_latency_ms,
    measures.p95_latency_ms as p95_latency_ms,
    experiments.total_cost_usd as total_cost_usd,
    {{ safe_ratio('experiments.total_cost_usd', 'measures.call_count') }} as cost_per_message_usd,
    {{ safe_ratio('experiments.total_cost_usd', 'experiments.conversation_count') }} as cost_per_conversation_usd,
    {{ safe_ratio('experiments.total_cost_usd', 'experiments.user_count') }} as cost_per_user_usd,

    ----------  timestamps
    experiments.first_started_at as first_started_at,
    experiments.last_started_at as last_started_at

from experiments
left join measures
    on
        experiments.source = measures.source
        and experiments.experiment_name = measures.experiment_name
        and experiments.variant = measures.variant
left join units
    on
        experiments.experiment_name = units.subject
        and experiments.variant = units.variant
left join splits
    on experiments.experiment_name = splits.experiment_name
left join registry
    on experiments.experiment_name = registry.experiment_name
