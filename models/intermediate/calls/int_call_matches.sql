{{ config(order_by='(match_group_id, call_id)') }}

{%- set matching = var('call_matching') %}

with recursive

copies as (

    select * from {{ ref('int_call_copies') }}

),

-- What copies of a call say of it, its own row says.
calls as (

    select distinct
        if(copies.call_id = '', unioned.call_id, copies.kept_call_id) as call_id,
        unioned.source as source,
        if(copies.call_id = '', unioned.run_id, copies.kept_run_id) as run_id,
        if(copies.call_id = '', unioned.called_at, copies.kept_called_at) as called_at,
        arrayJoin(unioned.match_ids) as match_id

    from {{ ref('int_calls__unioned') }} as unioned
    left join copies
        on unioned.call_id = copies.call_id
    where
        notEmpty(unioned.match_ids)
        -- A client's own message is no call that anybody else could have seen.
        and unioned.is_billable
        -- Of one source alone nothing is read: it has nobody to share calls with.
        and (
            select uniqExact(others.source) from {{ ref('int_calls__unioned') }} as others
            where notEmpty(others.match_ids)
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

    select * from (
        select
            *,
            min(source) over (partition by link) != max(source) over (partition by link) as is_shared
        from named_calls
    ) as linked_calls
    where is_shared

),

{{ linked_groups('links', 'match_group_id') }}

select
    links.call_id as call_id,
    links.source as source,
    links.run_id as run_id,
    groups.match_group_id as match_group_id,
    arraySort(groupArray(links.match_id)) as match_ids,
    links.called_at as called_at
from links
inner join groups
    on links.call_id = groups.call_id
group by
    call_id,
    source,
    run_id,
    match_group_id,
    called_at
