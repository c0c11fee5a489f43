{{ config(order_by='(match_group_id, call_id)') }}

{%- set matching = var('call_matching') %}

with recursive

calls as (

    select
        call_id,
        source,
        run_id,
        called_at,
        arrayJoin(arrayDistinct(match_ids)) as match_id

    from {{ ref('int_calls__unioned') }}
    where
        notEmpty(match_ids)
        -- A client's own message is no call that anybody else could have seen.
        and is_billable
        -- Of one source alone nothing is read: it has nobody to share calls with.
        and (
            select uniqExact(unioned.source) from {{ ref('int_calls__unioned') }} as unioned
            where notEmpty(unioned.match_ids)
        ) > 1

),

-- An id identifies one call if it is too long to be a counter, and if not too many calls have it.
shared_ids as (

    select match_id from calls
    where lengthUTF8(substring(match_id, position(match_id, ':') + 1)) >= {{ matching.min_id_chars }}
    group by match_id
    having
        uniqExact(source) > 1
        and count() <= {{ matching.max_calls }}

),

timed_calls as (

    select
        *,
        called_at > addSeconds(
            any(called_at) over (
                partition by match_id
                order by called_at, call_id
                rows between 1 preceding and 1 preceding
            ),
            {{ matching.max_seconds }}
        ) as is_much_later

    from calls
    where match_id in (select shared_ids.match_id from shared_ids)

),

-- The same id much later is another call.
named_calls as (

    select
        call_id,
        source,
        run_id,
        called_at,
        match_id,
        (
            match_id,
            sum(is_much_later) over (
                partition by match_id
                order by called_at, call_id
                rows between unbounded preceding and current row
            )
        ) as link

    from timed_calls

),

links as (

    select
        *,
        min(source) over (partition by link) != max(source) over (partition by link) as is_shared
    from named_calls

),

-- Who shares an id with one that shares an id …: every call takes the least call id it can reach,
-- until none changes any more.
labelled_calls as (

    select
        call_id,
        link,
        call_id as match_group_id,
        toUInt8(1) as has_changed,
        toUInt32(0) as round

    from links
    where is_shared

    union all

    select
        changed.call_id,
        changed.link,
        changed.match_group_id,
        changed.has_changed,
        changed.round + 1 as round
    from (
        select
            call_id,
            link,
            next_group_id as match_group_id,
            round,
            max(next_group_id != grouped.match_group_id) over () as has_changed
        from (
            select
                *,
                min(link_group_id) over (partition by call_id) as next_group_id
            from (
                select
                    *,
                    min(match_group_id) over (partition by link) as link_group_id
                from labelled_calls
            ) as linked
        ) as grouped
    ) as changed
    where changed.has_changed

),

match_groups as (

    select
        call_id,
        argMax(match_group_id, round) as match_group_id
    from labelled_calls
    group by call_id

)

select
    links.call_id as call_id,
    links.source as source,
    links.run_id as run_id,
    match_groups.match_group_id as match_group_id,
    arraySort(groupArray(links.match_id)) as match_ids,
    links.called_at as called_at
from links
inner join match_groups
    on links.call_id = match_groups.call_id
where links.is_shared
group by
    call_id,
    source,
    run_id,
    match_group_id,
    called_at
