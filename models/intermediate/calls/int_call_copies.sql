{{ config(order_by='call_id') }}

with recursive

identified_calls as (

    select
        call_id,
        source,
        run_key,
        run_id,
        copied_from_run_ids,
        called_at,
        arrayJoin(arrayDistinct(copy_ids)) as copy_id

    from {{ ref('int_calls__unioned') }}
    where notEmpty(copy_ids)

),

shared_ids as (

    select
        source,
        copy_id
    from identified_calls
    group by
        source,
        copy_id
    having count() > 1

),

links as (

    select
        *,
        (source, copy_id) as link
    from identified_calls
    where (source, copy_id) in (
        select
            shared_ids.source,
            shared_ids.copy_id
        from shared_ids
    )

),

{{ linked_groups('links', 'copy_group_id') }},

log_ends as (

    select
        source,
        run_key,
        max(ended_at) as log_ended_at
    from {{ ref('int_runs__unioned') }}
    where (source, run_key) in (
        select
            links.source,
            links.run_key
        from links
    )
    group by
        source,
        run_key

),

copies as (

    select
        links.call_id as call_id,
        any(links.source) as source,
        any(links.run_id) as run_id,
        any(links.copied_from_run_ids) as copied_from_run_ids,
        any(links.called_at) as called_at,
        any(groups.copy_group_id) as copy_group_id,
        any(log_ends.log_ended_at) as log_ended_at,
        arraySort(groupArray(links.copy_id)) as copy_ids

    from links
    inner join groups
        on links.call_id = groups.call_id
    left join log_ends
        on
            links.source = log_ends.source
            and links.run_key = log_ends.run_key
    group by call_id

),

named_copies as (

    select
        *,
        hasAny(groupUniqArray(run_id) over (partition by copy_group_id), copied_from_run_ids) as is_named_a_copy
    from copies

),

-- The call is the run's that the copies' own logs name; of those that name none here the one's whose log
-- ends first: a log that repeats another's lines goes on after them.
ranked_copies as (

    select
        *,
        row_number() over (
            partition by copy_group_id
            order by is_named_a_copy, log_ended_at is null, log_ended_at, called_at, call_id
        ) = 1 as is_kept

    from named_copies

)

select
    ----------  ids
    copied.call_id as call_id,
    copied.source as source,
    copied.run_id as run_id,
    kept.call_id as kept_call_id,
    kept.run_id as kept_run_id,
    if(
        hasAny(copied.copy_ids, kept.copy_ids),
        arraySort(arrayIntersect(copied.copy_ids, kept.copy_ids))[1],
        copied.copy_ids[1]
    ) as copy_id,

    ----------  text
    if(
        copied.is_named_a_copy,
        'a copy, by its own log, of a call that the kept one''s run made',
        'the same request in two logs: it is the run''s whose log ends first'
    ) as reason,

    ----------  timestamps
    kept.called_at as kept_called_at

from ranked_copies as copied
inner join ranked_copies as kept
    on copied.copy_group_id = kept.copy_group_id
where
    not copied.is_kept
    and kept.is_kept
