{{ config(
    order_by='(started_date, trace_id, started_at, span_id)',
    partition_by='toYYYYMM(started_date)',
    ttl='started_date + toIntervalDay(' ~ var('span_retention_days') ~ ')' if var('span_retention_days') else none,
) }}

with

spans as (

    select * from {{ ref('int_spans') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

trees as (

    select * from {{ ref('int_span_trees') }}

),

child_counts as (

    select
        parent_span_id as span_id,
        count() as child_span_count
    from spans
    where parent_span_id != ''
    group by span_id

),

-- The spans of a run that is another source's run too are that run's.
placed_spans as (

    select
        spans.* except (run_id),
        if(merged_runs.run_id = '', spans.run_id, merged_runs.kept_run_id) as run_id
    from spans
    left join merged_runs
        on spans.run_id = merged_runs.run_id

)

select
    ----------  ids
    placed_spans.span_id as span_id,
    toLowCardinality(placed_spans.source) as source,
    placed_spans.trace_id as trace_id,
    placed_spans.parent_span_id as parent_span_id,
    placed_spans.run_id as run_id,
    {{ fact_dimensions('runs') }},

    ----------  text
    toLowCardinality(placed_spans.span_name) as span_name,
    toLowCardinality(placed_spans.operation_type) as operation_type,
    toLowCardinality(placed_spans.model) as model,
    toLowCardinality(
        if(placed_spans.model != '' and placed_spans.model = runs.primary_model, runs.primary_provider, '')
    ) as provider,
    {{ training_method('registered_models') }},
    placed_spans.error_type as error_type,
    placed_spans.metadata_json as metadata_json,
    trees.path as path,
    trees.root_span_id as root_span_id,

    ----------  numerics
    placed_spans.duration_ms as duration_ms,
    child_counts.child_span_count as child_span_count,
    trees.depth as depth,
    trees.self_duration_ms as self_duration_ms,
    trees.start_offset_ms as start_offset_ms,

    ----------  booleans
    placed_spans.is_error as is_error,
    trees.is_on_critical_path as is_on_critical_path,
    trees.is_in_loop as is_in_loop,

    ----------  timestamps
    placed_spans.started_at as started_at,
    toDate(placed_spans.started_at) as started_date

from placed_spans
left join runs
    on placed_spans.run_id = runs.run_id
left join registered_models
    on placed_spans.model = registered_models.model
left join child_counts
    on placed_spans.span_id = child_counts.span_id
left join trees
    on placed_spans.span_id = trees.span_id
