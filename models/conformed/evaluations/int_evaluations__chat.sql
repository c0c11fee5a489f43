{{ config(enabled='chat' in var('sources')) }}

with

evaluations as (

    select * from {{ ref('stg_chat__evaluations') }}

),

judgments as (

    select * from {{ ref('stg_chat__judgments') }}

),

-- One evaluation may hold stars, a verdict and tags. Each becomes one row, so that counting tags or ratings
-- counts evaluations: the tags go with the verdict, else with the stars.
split_evaluations as (

    select
        *,
        arrayJoin(arrayFilter(
            kind -> kind != '',
            [
                if(is_success is not null, 'success', ''),
                if(rating is not null, 'rating', ''),
                if(is_success is null and rating is null and notEmpty(evaluations.failure_tags), 'annotation', '')
            ]
        )) as kind

    from evaluations

)

select
    'chat' as source,
    split_evaluations.evaluation_id as run_key,
    {{ run_id("'chat'", joined_id(['split_evaluations.evaluation_id', 'kind'])) }} as evaluation_id,
    if(split_evaluations.conversation_id = '', '', {{ run_id("'chat'", 'split_evaluations.conversation_id') }}) as run_id,
    -- Without its conversation a message is found by its own id (int_evaluations).
    if(message_id = '', '', {{ run_id("'chat'", "if(split_evaluations.conversation_id = '', " ~ id_part('message_id') ~ ', ' ~ id_within_run('split_evaluations.conversation_id', 'message_id') ~ ')') }}) as call_id,
    if(split_evaluations.conversation_id = '', '', {{ run_id("'chat'", 'split_evaluations.conversation_id') }}) as conversation_id,
    evaluator_id as evaluator,
    kind as evaluation_kind,
    kind as evaluation_name,
    multiIf(
        kind = 'success', cast(is_success as Nullable(Float64)),
        kind = 'rating', (rating - 1) / 4,
        null
    ) as score,
    multiIf(
        kind = 'success' and is_success, 'success',
        kind = 'success', 'failure',
        kind = 'rating', coalesce(toString(rating), ''),
        ''
    ) as label,
    if(kind = 'rating' and is_success is not null, emptyArrayString(), split_evaluations.failure_tags) as failure_tags,
    evaluated_at
from split_evaluations

union all

select
    'chat' as source,
    judgment_id as run_key,
    {{ run_id("'chat'", joined_id(['judgment_id', "'judgment'"])) }} as evaluation_id,
    if(judgments.conversation_id = '', '', {{ run_id("'chat'", 'judgments.conversation_id') }}) as run_id,
    if(message_id = '', '', {{ run_id("'chat'", "if(judgments.conversation_id = '', " ~ id_part('message_id') ~ ', ' ~ id_within_run('judgments.conversation_id', 'message_id') ~ ')') }}) as call_id,
    if(judgments.conversation_id = '', '', {{ run_id("'chat'", 'judgments.conversation_id') }}) as conversation_id,
    judge as evaluator,
    'benchmark_judgment' as evaluation_kind,
    benchmark as evaluation_name,
    coalesce(judgments.score, cast(is_passed as Nullable(Float64))) as score,
    multiIf(is_passed is null, '', is_passed, 'passed', 'failed') as label,
    failure_tags,
    judged_at as evaluated_at
from judgments
