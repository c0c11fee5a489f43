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
        span_name,
        started_at
    from {{ ref('int_spans') }}
    where
        run_key in (select changed_keys.run_key from changed_keys)
        and (source, run_key) in (select (changed_runs.source, changed_runs.run_key) from changed_runs)

),

-- Up from each span; spans that are each other's parents lead back to where the climb began, or are ended by the bound.
climbs as (

    select
        source,
        run_key,
        span_id,
        parent_span_id as ancestor_id,
        toUInt16(1) as distance
    from spans
    where parent_span_id != ''

    union all

    select
        climbs.source as source,
        climbs.run_key as run_key,
        climbs.span_id as span_id,
        spans.parent_span_id as ancestor_id,
        toUInt16(climbs.distance + 1) as distance
    from climbs
    inner join spans
        on
            climbs.source = spans.source
            and climbs.run_key = spans.run_key
            and climbs.ancestor_id = spans.span_id
    where
        spans.parent_span_id != ''
        and climbs.ancestor_id != climbs.span_id
        and climbs.distance < {{ var('span_max_depth') }}

),

looped as (

    select distinct span_id from climbs
    where ancestor_id = span_id

),

-- A parent that is not logged is nobody's ancestor.
ancestors as (

    select
        climbs.source as source,
        climbs.run_key as run_key,
        climbs.span_id as span_id,
        climbs.ancestor_id as ancestor_id,
        min(climbs.distance) as distance,
        any(spans.span_name) as span_name,
        any(spans.started_at) as started_at,
        ancestor_id in (select looped.span_id from looped) as is_looped
    from climbs
    inner join spans
        on
            climbs.source = spans.source
            and climbs.run_key = spans.run_key
            and climbs.ancestor_id = spans.span_id
    group by
        source,
        run_key,
        span_id,
        ancestor_id

),

lineages as (

    select
        source,
        run_key,
        span_id,
        arraySort(groupArray((distance, ancestor_id, span_name))) as lineage,
        -- A loop is cut at its earliest span.
        argMinIf(ancestor_id, (ancestors.started_at, ancestor_id), is_looped) as cut_id
    from ancestors
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
    multiIf(
        lineages.cut_id = '', lineages.lineage,
        lineages.cut_id = spans.span_id, [],
        arraySlice(lineages.lineage, 1, arrayFirstIndex(ancestor -> ancestor.2 = lineages.cut_id, lineages.lineage))
    ) as kept,
    -- From the parent up to the root.
    arrayMap(ancestor -> ancestor.2, kept) as ancestor_ids,
    arrayStringConcat(arrayPushBack(arrayMap(ancestor -> ancestor.3, arrayReverse(kept)), spans.span_name), ' › ') as path,
    toBool(lineages.cut_id != '') as is_in_loop
from spans
left join lineages
    on
        spans.source = lineages.source
        and spans.run_key = lineages.run_key
        and spans.span_id = lineages.span_id
