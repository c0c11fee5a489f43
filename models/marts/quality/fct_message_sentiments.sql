{{ config(
    order_by='(sent_date, source, message_id)',
    partition_by='toYYYYMM(sent_date)',
) }}

with

messages as (

    select * from {{ ref('int_sentiments') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

)

select
    ----------  ids
    messages.message_id as message_id,
    toLowCardinality(messages.source) as source,
    messages.run_id as run_id,
    messages.conversation_id as conversation_id,
    messages.call_id as call_id,
    {{ run_dimensions('runs') }},

    ----------  text
    toLowCardinality(if(calls.call_id != '', calls.model, runs.primary_model)) as model,
    toLowCardinality(if(calls.call_id != '', calls.provider, runs.primary_provider)) as provider,
    {{ training_method('registered_models') }},
    toLowCardinality(runs.experiment_name) as experiment_name,
    toLowCardinality(runs.variant) as variant,
    toLowCardinality(messages.language) as language,
    toLowCardinality(multiIf(
        messages.sentiment_score is null, 'unknown',
        messages.sentiment_score <= -{{ var('sentiment_bound') }}, 'negative',
        messages.sentiment_score >= {{ var('sentiment_bound') }}, 'positive',
        'neutral'
    )) as sentiment_label,
    toLowCardinality(messages.scorer_version) as scorer_version,

    ----------  numerics
    messages.message_number as message_number,
    messages.word_count as word_count,
    messages.sentiment_score as sentiment_score,
    round(messages.change_from_previous, 4) as change_from_previous,

    ----------  booleans
    messages.is_short as is_short,
    messages.is_last_of_conversation as is_last_of_conversation,
    toBool(runs.origin = 'widget') as is_widget,

    ----------  timestamps
    messages.sent_at as sent_at,
    toDate(messages.sent_at) as sent_date

from messages
left join runs
    on messages.run_id = runs.run_id
left join calls
    on messages.call_id = calls.call_id
left join registered_models
    on if(calls.call_id != '', calls.model, runs.primary_model) = registered_models.model
