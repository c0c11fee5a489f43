{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(source, run_key, span_id)',
) }}

with recursive

changed_runs as (

    {{ changed_run_versions() }}

),

changed_keys as (

    select run_key from changed_runs

),

spans as (

    select
        source,
        run_key,
        run_version,
        span_id,
        parent_span_id,
        span_role,
        step_name,
        coalesce(input_tokens, 0) + coalesce(output_tokens, 0)
        + coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0) > 0 as has_tokens,
        has_tokens or coalesce(reported_cost_usd, 0) > 0 or notEmpty(usage_units) as has_usage
    from {{ ref('int_traced_spans') }}
    where
        run_key in (select changed_keys.run_key from changed_keys)
        and (source, run_key) in (select (changed_runs.source, changed_runs.run_key) from changed_runs)

),

-- Between two spans of LLM work lie any number of others, such as HTTP requests and other services. The
-- bound ends what a broken trace, whose spans are each other's parents, would never end.
ancestors as (

    select
        spans.source as source,
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
        ancestors.source as source,
        ancestors.run_key as run_key,
        ancestors.span_id as span_id,
        spans.parent_span_id as ancestor_id,
        toUInt16(ancestors.distance + 1) as distance
    from ancestors
    inner join spans
        on
            ancestors.source = spans.source
            and ancestors.run_key = spans.run_key
            and ancestors.ancestor_id = spans.span_id
    where
        spans.parent_span_id != ''
        and ancestors.distance < {{ var('span_max_depth') }}

),

working_ancestors as (

    select
        ancestors.source as source,
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
            ancestors.source = spans.source
            and ancestors.run_key = spans.run_key
            and ancestors.ancestor_id = spans.span_id
    where spans.span_role != ''
    group by
        source,
        run_key,
        span_id

)

select
    spans.source as source,
    spans.run_key as run_key,
    spans.run_version as run_version,
    spans.span_id as span_id,
    spans.span_role as span_role,
    working_ancestors.lineage as lineage,
    tupleElement(arrayFirst(ancestor -> ancestor.span_role = 'step', lineage), 'step_name') as outer_step_name,
    -- The requests that a request is part of: with an agent or a tool between, it is another one.
    arrayFirstIndex(ancestor -> ancestor.span_role != 'call', lineage) as first_other,
    multiIf(
        spans.span_role != 'call', [],
        first_other = 0, lineage,
        arraySlice(lineage, 1, first_other - 1)
    ) as outer_calls,
    -- Behind agents and chains, one may still be the sum of all in it.
    arrayFirstIndex(ancestor -> ancestor.span_role = 'tool', lineage) as first_tool,
    arrayFilter(
        ancestor -> ancestor.span_role = 'call' and not has(outer_calls, ancestor),
        if(first_tool = 0, lineage, arraySlice(lineage, 1, first_tool - 1))
    ) as farther_calls,
    arrayFilter(ancestor -> ancestor.span_role in ('step', 'tool'), lineage) as outer_steps,
    toBool(spans.has_tokens) as has_tokens,
    toBool(spans.has_usage) as has_usage
from spans
left join working_ancestors
    on
        spans.source = working_ancestors.source
        and spans.run_key = working_ancestors.run_key
        and spans.span_id = working_ancestors.span_id
where spans.span_role != ''
