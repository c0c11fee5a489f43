{{ config(order_by='span_id') }}

with

paths as (

    select * from {{ ref('int_span_paths') }}

),

spans as (

    select
        span_id,
        toUnixTimestamp64Milli(started_at) as start_ms,
        -- What has no duration takes no time of its parent.
        start_ms + greatest(coalesce(duration_ms, 0), 0) as end_ms,
        duration_ms
    from {{ ref('int_spans') }}

),

nodes as (

    select
        spans.span_id as span_id,
        spans.start_ms as start_ms,
        spans.end_ms as end_ms,
        spans.duration_ms as duration_ms,
        paths.ancestor_ids as ancestor_ids,
        paths.path as path,
        paths.is_in_loop as is_in_loop,
        if(empty(paths.ancestor_ids), '', paths.ancestor_ids[1]) as parent_id,
        if(empty(paths.ancestor_ids), spans.span_id, paths.ancestor_ids[-1]) as root_span_id
    from spans
    inner join paths
        on spans.span_id = paths.span_id

),

families as (

    select
        parent_id as span_id,
        arraySort(groupArray((toFloat64(start_ms), toFloat64(end_ms)))) as child_times,
        arraySort(child -> (-child.2, -child.1, child.3), groupArray((toFloat64(start_ms), toFloat64(end_ms), nodes.span_id))) as last_first
    from nodes
    where parent_id != ''
    group by parent_id

),

-- The child that ends last, and before it the last that ends before that one starts.
followed as (

    select
        arrayFold(
            (state, child) -> if(
                child.2 <= state.1,
                (child.1, arrayPushBack(state.2, child.3)),
                state
            ),
            last_first,
            (arrayMax(child -> child.2, last_first), emptyArrayString())
        ) as path_back,
        tupleElement(path_back, 2) as followed_ids
    from families

),

waited_for as (

    select arrayJoin(followed_ids) as span_id
    from followed

),

-- The time in which any child was at work, of the span's own time: (covered, covered up to).
covered as (

    select
        nodes.span_id as span_id,
        arrayFold(
            (state, child) -> (
                state.1 + greatest(least(child.2, toFloat64(nodes.end_ms)) - greatest(child.1, state.2), 0.0),
                greatest(state.2, least(child.2, toFloat64(nodes.end_ms)))
            ),
            families.child_times,
            (0.0, toFloat64(nodes.start_ms))
        ) as coverage,
        tupleElement(coverage, 1) as covered_ms
    from nodes
    inner join families
        on nodes.span_id = families.span_id

),

-- A span is waited for if it and all above it are, but for the root.
waits as (

    select
        span_id,
        arrayJoin(arrayPushFront(arrayPopBack(ancestor_ids), span_id)) as link_id
    from nodes
    where notEmpty(ancestor_ids)

),

late_spans as (

    select span_id from waits
    where link_id not in (select waited_for.span_id from waited_for)

)

select
    nodes.span_id as span_id,
    nodes.root_span_id as root_span_id,
    nodes.path as path,
    toUInt16(length(nodes.ancestor_ids)) as depth,
    nodes.duration_ms - covered.covered_ms as self_duration_ms,
    nodes.start_ms - roots.start_ms as start_offset_ms,
    toBool(nodes.span_id not in (select late.span_id from late_spans as late)) as is_on_critical_path,
    nodes.is_in_loop as is_in_loop
from nodes
inner join nodes as roots
    on nodes.root_span_id = roots.span_id
left join covered
    on nodes.span_id = covered.span_id
