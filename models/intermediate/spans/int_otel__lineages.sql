{{ config(
    enabled='otel' in var('sources'),
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(run_key, span_id)',
) }}

with recursive

changed_runs as (

    {{ changed_run_versions() }}

),

changed_traces as (

    select run_key
    from changed_runs
    where source = 'otel'

),

spans as (

    select
        run_key,
        run_version,
        span_id,
        parent_span_id,
        span_role,
        step_name,
        has_usage
    from {{ ref('int_otel__spans') }}
    where run_key in (select changed_traces.run_key from changed_traces)

),

-- Between two spans of LLM work lie any number of others, such as HTTP requests and other services. The
-- bound ends what a broken trace, whose spans are each other's parents, would never end.
ancestors as (

    select
        spans.run_key as run_key,
        spans.span_id as span_id,
        spans.parent_span_id as ancestor_id,
        toUInt16(1) as distance
    from spans
    where
        spans.span_role != ''
        and spans.parent_span_id != ''

    union all

    select
        ancestors.run_key as run_key,
        ancestors.span_id as span_id,
        spans.parent_span_id as ancestor_id,
        toUInt16(ancestors.distance + 1) as distance
    from ancestors
    inner join spans
        on
            ancestors.run_key = spans.run_key
            and ancestors.ancestor_id = spans.span_id
    where
        spans.parent_span_id != ''
        and ancestors.distance < 200

),

working_ancestors as (

    select
        ancestors.run_key as run_key,
        ancestors.span_id as span_id,
        arrayMap(
            found -> found.2,
            arraySort(groupArray((
                ancestors.distance,
                cast(
                    (spans.span_id, spans.span_role, spans.step_name, spans.has_usage),
                    'Tuple(span_id String, span_role String, step_name String, has_usage Bool)'
                )
            )))
        ) as lineage

    from ancestors
    inner join spans
        on
            ancestors.run_key = spans.run_key
            and ancestors.ancestor_id = spans.span_id
    where spans.span_role != ''
    group by
        run_key,
        span_id

)

select
    'otel' as source,
    spans.run_key as run_key,
    spans.run_version as run_version,
    spans.span_id as span_id,
    working_ancestors.lineage as lineage
from spans
left join working_ancestors
    on
        spans.run_key = working_ancestors.run_key
        and spans.span_id = working_ancestors.span_id
where spans.span_role != ''
