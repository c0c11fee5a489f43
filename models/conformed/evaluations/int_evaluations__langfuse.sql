{{ config(enabled='langfuse' in var('sources')) }}

with

scores as (

    select * from {{ ref('stg_langfuse__scores') }}

)

select
    'langfuse' as source,
    run_key,
    concat({{ run_id("'langfuse'", id_within_run('run_key', 'score_id')) }}, '/evaluation') as evaluation_id,
    if(trace_id = '', '', {{ run_id("'langfuse'", 'trace_id') }}) as run_id,
    if(observation_id = '', '', {{ run_id("'langfuse'", "if(trace_id = '', " ~ id_part('observation_id') ~ ', ' ~ id_within_run('trace_id', 'observation_id') ~ ')') }}) as call_id,
    if(session_id = '', '', {{ run_id("'langfuse'", 'session_id') }}) as conversation_id,
    if(author_user_id != '', author_user_id, lower(score_source)) as evaluator,
    multiIf(
        score_source = 'ANNOTATION', 'annotation',
        score_source = 'EVAL', 'evaluator_score',
        'score'
    ) as evaluation_kind,
    score_name as evaluation_name,
    -- A number outside 0 to 1 is on a scale that is not exported; a category's number is its place in a list.
    if(data_type in ('NUMERIC', 'BOOLEAN') and value between 0 and 1, value, null) as score,
    if(string_value != '', string_value, coalesce(toString(value), '')) as label,
    scored_at as evaluated_at
from scores
