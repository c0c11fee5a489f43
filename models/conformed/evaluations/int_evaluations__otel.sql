{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select
        *,
        -- An evaluation is an event of the span it judges, or has a span of its own.
        arrayConcat(
            arrayFilter(event -> event.name = 'gen_ai.evaluation.result', events),
            if(
                attributes['gen_ai.evaluation.name'] = '',
                [],
                [cast(
                    ('', started_at, attributes),
                    'Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String))'
                )]
            )
        ) as evaluations
    from {{ ref('stg_otel__operations') }}

),

traced_spans as (

    select * from {{ ref('int_traced_spans') }}
    where source = 'otel'

),

-- The spans that an evaluation may refer to: by the id of the answer, itself, or its parent.
known_spans as (

    select * from {{ ref('int_counted_spans') }}
    where
        source = 'otel'
        and counted_span_id != ''

),

evaluations as (

    select
        run_key,
        span_id,
        parent_span_id,
        conversation_id,
        agent_name,
        scope_name,
        arrayJoin(arrayEnumerate(spans.evaluations)) as number,
        spans.evaluations[number] as evaluation,
        evaluation.attributes as attributes,
        attributes['gen_ai.response.id'] as judged_response_id,
        toFloat64OrNull(attributes['gen_ai.evaluation.score.value']) as score

    from spans
    where notEmpty(spans.evaluations)

),

answers as (

    select
        traced_spans.run_key as run_key,
        traced_spans.answer_id as response_id,
        any(known_spans.counted_span_id) as counted_span_id

    from traced_spans
    inner join known_spans
        on
            traced_spans.run_key = known_spans.run_key
            and traced_spans.span_id = known_spans.span_id
    where traced_spans.answer_id != ''
    group by
        run_key,
        response_id

),

judged as (

    select
        evaluations.run_key as run_key,
        evaluations.span_id as span_id,
        evaluations.number as number,
        evaluations.conversation_id as conversation_id,
        evaluations.agent_name as agent_name,
        evaluations.scope_name as scope_name,
        evaluations.evaluation.happened_at as happened_at,
        evaluations.attributes as attributes,
        evaluations.score as score,
        multiIf(
            answers.counted_span_id != '', answers.counted_span_id,
            own.counted_span_id != '', own.counted_span_id,
            outer_spans.counted_span_id
        ) as called_span_id

    from evaluations
    left join answers
        on
            evaluations.run_key = answers.run_key
            and evaluations.judged_response_id = answers.response_id
    left join known_spans as own
        on
            evaluations.run_key = own.run_key
            and evaluations.span_id = own.span_id
    left join known_spans as outer_spans
        on
            evaluations.run_key = outer_spans.run_key
            and evaluations.parent_span_id = outer_spans.span_id

)

select
    ----------  ids
    'otel' as source,
    run_key,
    {{ run_id("'otel'", joined_id(['run_key', 'span_id', 'toString(number)'])) }} as evaluation_id,
    {{ run_id("'otel'", 'run_key') }} as run_id,
    if(
        called_span_id = '',
        '',
        {{ run_id("'otel'", joined_id(['run_key', 'called_span_id'])) }}
    ) as call_id,
    if(conversation_id = '', '', {{ run_id("'otel'", 'conversation_id') }}) as conversation_id,

    ----------  text
    if(agent_name != '', agent_name, scope_name) as evaluator,
    'evaluator_score' as evaluation_kind,
    attributes['gen_ai.evaluation.name'] as evaluation_name,

    ----------  numerics
    -- The convention gives no scale: outside of 0 to 1 only the label has a meaning.
    if(judged.score between 0 and 1, judged.score, null) as score,

    ----------  text
    if(
        attributes['gen_ai.evaluation.score.label'] != '',
        attributes['gen_ai.evaluation.score.label'],
        attributes['gen_ai.evaluation.score.value']
    ) as label,

    ----------  timestamps
    toDateTime64(happened_at, 3, 'UTC') as evaluated_at

from judged
