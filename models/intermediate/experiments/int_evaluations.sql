{{ config(order_by='(run_id, evaluation_id)') }}

with

calls as (

    select * from {{ ref('int_calls__unioned') }}

),

logged_evaluations as (

    select
        * except (run_key, run_version),
        -- Who judges an answer again replaces the judgement before.
        if(
            evaluator != '' and call_id != '' and evaluation_kind in ('rating', 'success'),
            {{ joined_id(['call_id', 'evaluator', 'evaluation_kind']) }},
            evaluation_id
        ) as judgement_id
    from {{ ref('int_evaluations__unioned') }}
    order by
        evaluated_at desc,
        evaluation_id desc
    limit 1 by judgement_id

),

merges as (

    select * from {{ ref('int_call_merges') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

runs as (

    select * from {{ ref('int_runs__unioned') }}

),

conversations as (

    select * from {{ ref('int_conversations') }}

),

-- Scores that come with the call they judge are an evaluation each.
evaluations as (

    select
        source,
        concat(call_id, '/score') as evaluation_id,
        run_id,
        call_id,
        conversation_id,
        '' as evaluator,
        if(is_run_level, 'quality_score', 'evaluator_score') as evaluation_kind,
        '' as evaluation_name,
        evaluator_score as score,
        '' as label,
        emptyArrayString() as failure_tags,
        called_at as evaluated_at
    from calls
    where evaluator_score is not null
    union all
    select * except (judgement_id)
    from logged_evaluations

),

-- Some logs name a call without its run, which is enough where only one call has that id.
named_calls as (

    select
        *,
        arrayJoin([call_id, concat(source, ':', splitByChar('/', call_id)[-1])]) as named_id,
        count() over (partition by named_id) as namesake_count
    from calls
    where named_id in (select evaluations.call_id from evaluations)

),

judged_calls as (

    select
        named_calls.named_id as call_id,
        if(merges.call_id = '', named_calls.call_id, merges.kept_call_id) as kept_call_id,
        if(merges.call_id = '', named_calls.run_id, merges.kept_run_id) as run_id,
        named_calls.conversation_id as conversation_id
    from named_calls
    left join merges
        on named_calls.call_id = merges.call_id
    where named_calls.named_id = named_calls.call_id or named_calls.namesake_count = 1

),

-- An evaluation may name a call, a run, a conversation or several of them: the most specific gives the run.
targeted_evaluations as (

    select
        evaluations.* except (source, run_id, call_id, conversation_id),
        evaluations.source as source,
        if(judged_calls.call_id = '', evaluations.call_id, judged_calls.kept_call_id) as call_id,
        if(evaluations.conversation_id != '', evaluations.conversation_id, judged_calls.conversation_id) as conversation_id,
        multiIf(
            judged_calls.run_id != '', judged_calls.run_id,
            evaluations.run_id != '', evaluations.run_id,
            conversations.run_id
        ) as target_run_id,
        toBool(conversations.conversation_id != '') as has_conversation
    from evaluations
    left join judged_calls
        on evaluations.call_id = judged_calls.call_id
    left join conversations
        on evaluations.conversation_id = conversations.conversation_id

),

placed_evaluations as (

    select
        targeted_evaluations.*,
        if(merged_runs.run_id = '', targeted_evaluations.target_run_id, merged_runs.kept_run_id) as kept_run_id
    from targeted_evaluations
    left join merged_runs
        on targeted_evaluations.target_run_id = merged_runs.run_id

)

select
    ----------  ids
    placed_evaluations.evaluation_id as evaluation_id,
    -- Empty where its target is not in the warehouse: the evaluation is kept without a run.
    runs.run_id as run_id,
    placed_evaluations.call_id as call_id,
    placed_evaluations.conversation_id as conversation_id,
    placed_evaluations.source as source,

    ----------  text
    placed_evaluations.evaluator as evaluator,
    placed_evaluations.evaluation_kind as evaluation_kind,
    placed_evaluations.evaluation_name as evaluation_name,
    placed_evaluations.label as label,
    placed_evaluations.failure_tags as failure_tags,

    ----------  numerics
    placed_evaluations.score as score,

    ----------  booleans
    toBool(runs.run_id != '' or placed_evaluations.has_conversation) as is_target_known,

    ----------  timestamps
    placed_evaluations.evaluated_at as evaluated_at
from placed_evaluations
left join runs
    on placed_evaluations.kept_run_id = runs.run_id
