{{ config(order_by='(scope_kind, scope_key, date)') }}

{#- Evaluations, tool calls, conversations and what users write: what belongs to a run and is counted on a day of its own. -#}
with

calls as (

    select * from {{ ref('int_scope_calls') }}

),

runs as (

    select * from {{ ref('int_scope_runs') }}

),

evaluations as (

    select * from {{ ref('int_evaluations') }}

),

tool_calls as (

    select * from {{ ref('int_tool_calls') }}

),

conversations as (

    select * from {{ ref('int_conversations') }}

),

sentiments as (

    select * from {{ ref('int_sentiments') }}

),

events as (

    select
        run_id,
        call_id,
        evaluated_at as happened_at,
        if(evaluation_kind in ('success', 'rating'), evaluation_kind, 'evaluation') as event,
        score,
        null as sentiment,
        toUInt64(0) as message_count,
        false as is_error
    from evaluations
    where score is not null
    union all
    select
        run_id,
        '' as call_id,
        called_at as happened_at,
        'tool_call' as event,
        null as score,
        null as sentiment,
        toUInt64(0) as message_count,
        is_error
    from tool_calls
    union all
    select
        run_id,
        '' as call_id,
        started_at as happened_at,
        'conversation' as event,
        null as score,
        null as sentiment,
        message_count,
        false as is_error
    from conversations
    union all
    select
        run_id,
        call_id,
        sent_at as happened_at,
        'sentiment' as event,
        null as score,
        sentiment_score as sentiment,
        toUInt64(0) as message_count,
        false as is_error
    from sentiments
    where sentiment_score is not null

),

judged_calls as (

    select
        call_id,
        model,
        provider,
        api_key_id,
        training_methods,
        tags
    from calls
    where
        call_id in (select judged.call_id from evaluations as judged)
        or call_id in (select sentiments.call_id from sentiments)

),

-- Of the model that was judged; else of the run's main one.
placed_events as (

    select
        events.event as event,
        events.score as score,
        events.sentiment as sentiment,
        events.message_count as message_count,
        events.is_error as is_error,
        toDate(events.happened_at) as date,
        {% for dimension in scope_dimensions() if dimension not in ['models', 'providers', 'api_keys', 'training_methods', 'tags'] -%}
            runs.{{ dimension }} as {{ dimension }},
        {% endfor -%}
        [if(judged_calls.call_id = '', runs.primary_model, judged_calls.model)] as models,
        [if(judged_calls.call_id = '', runs.primary_provider, judged_calls.provider)] as providers,
        [judged_calls.api_key_id] as api_keys,
        if(judged_calls.call_id = '', [if(runs.primary_training_method = '', 'base', runs.primary_training_method)], judged_calls.training_methods) as training_methods,
        if(judged_calls.call_id = '', runs.tags, arraySort(arrayDistinct(judged_calls.tags))) as known_tags,
        if(empty(known_tags), [''], known_tags) as tags
    from events
    left join runs
        on events.run_id = runs.run_id
    left join judged_calls
        on events.call_id = judged_calls.call_id
    where date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

scoped_events as (

    select
        *,
        arrayJoin({{ scopes_of() }}) as scope,
        -- Stars from 1 to 5, as people gave them.
        if(event = 'rating', 1 + 4 * score, null) as stars
    from placed_events

)

select
    toLowCardinality(scope.1) as scope_kind,
    scope.2 as scope_key,
    date,
    countIf(event = 'success' and score = 1) as success_count,
    countIf(event = 'success') as success_evaluation_count,
    coalesce(sum({{ exact('stars') }}), 0) as rating_sum,
    countIf(event = 'rating') as rating_count,
    {% for star in range(1, 6) -%}
        countIf(round(stars) = {{ star }}) as rating_{{ star }}_count,
    {% endfor -%}
    coalesce(sum({{ exact('score') }}), 0) as score_sum,
    countIf(score is not null) as score_count,
    countIf(event = 'tool_call') as tool_call_count,
    countIf(event = 'tool_call' and is_error) as tool_error_count,
    countIf(event = 'conversation') as conversation_count,
    sum(scoped_events.message_count) as message_count,
    coalesce(sum({{ exact('sentiment') }}), 0) as sentiment_sum,
    coalesce(sum({{ exact('sentiment * sentiment') }}), 0) as sentiment_sq_sum,
    countIf(event = 'sentiment') as sentiment_count,
    countIf(sentiment <= -{{ var('sentiment_bound') }}) as negative_message_count,
    countIf(sentiment >= {{ var('sentiment_bound') }}) as positive_message_count
from scoped_events
group by
    scope_kind,
    scope_key,
    date
