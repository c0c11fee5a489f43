{{ config(order_by='call_id') }}

with

matches as (

    select * from {{ ref('int_call_matches') }}

),

copies as (

    select * from {{ ref('int_call_copies') }}

),

precedences as (

    select * from {{ ref('source_precedence') }}

),

others as (

    select * from precedences
    where source = '*'

),

sources as (

    select distinct source from matches

),

-- A source that the seed does not name counts as its row `*` says.
source_ranks as (

    select
        sources.source as source,
        if(precedences.source = '', others.precedence, precedences.precedence) as precedence,
        if(precedences.source = '', others.reason, precedences.reason) as reason

    from sources
    cross join others
    left join precedences
        on sources.source = precedences.source

),

ranked_matches as (

    select
        matches.*,
        source_ranks.precedence as precedence,
        source_ranks.reason as reason,
        min((source_ranks.precedence, matches.source)) over (partition by matches.match_group_id) as first_rank

    from matches
    inner join source_ranks
        on matches.source = source_ranks.source

),

kept_calls as (

    select * from ranked_matches
    where source = first_rank.2

),

merged_calls as (

    select * from ranked_matches
    where source != first_rank.2

),

-- Of several calls of the kept source, which all stay, the one that shares an id, then the one nearest
-- in time takes the merged call.
paired_calls as (

    select
        merged_calls.call_id as call_id,
        any(merged_calls.source) as source,
        any(merged_calls.run_id) as run_id,
        any(merged_calls.precedence) as precedence,
        any(merged_calls.match_ids) as match_ids,
        argMin(
            (kept_calls.call_id, kept_calls.source, kept_calls.run_id, kept_calls.match_ids, kept_calls.reason),
            (
                not hasAny(kept_calls.match_ids, merged_calls.match_ids),
                abs(dateDiff('millisecond', kept_calls.called_at, merged_calls.called_at)),
                kept_calls.call_id
            )
        ) as kept

    from merged_calls
    inner join kept_calls
        on merged_calls.match_group_id = kept_calls.match_group_id
    group by call_id

),

source_merges as (

    select
        ----------  ids
        call_id,
        source,
        run_id,
        kept.1 as kept_call_id,
        kept.2 as kept_source,
        kept.3 as kept_run_id,
        -- The id that both have; through a third source, the one by which the merged call is known there.
        if(
            empty(arrayIntersect(match_ids, kept.4)),
            match_ids[1],
            arraySort(arrayIntersect(match_ids, kept.4))[1]
        ) as matched_id,

        ----------  text
        concat(kept.2, ' before ', source, ': ', kept.5) as reason,

        ----------  numerics
        precedence

    from paired_calls

)

select
    *,
    false as is_copy
from source_merges

union all

-- A copy of a call that is kept under another source's is kept there, too.
select
    ----------  ids
    copies.call_id as call_id,
    copies.source as source,
    copies.run_id as run_id,
    if(source_merges.call_id = '', copies.kept_call_id, source_merges.kept_call_id) as kept_call_id,
    if(source_merges.call_id = '', copies.source, source_merges.kept_source) as kept_source,
    if(source_merges.call_id = '', copies.kept_run_id, source_merges.kept_run_id) as kept_run_id,
    copies.copy_id as matched_id,

    ----------  text
    copies.reason as reason,

    ----------  numerics
    if(precedences.source = '', others.precedence, precedences.precedence) as precedence,

    ----------  booleans
    true as is_copy

from copies
cross join others
left join precedences
    on copies.source = precedences.source
left join source_merges
    on copies.kept_call_id = source_merges.call_id
