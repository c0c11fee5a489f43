{{ config(order_by='(started_at, conversation_id)', partition_by='toYYYYMM(started_at)') }}

with

logged_conversations as (

    select * from {{ ref('int_conversations') }}

),

conversation_calls as (

    select * from {{ ref('int_conversation_calls') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

-- A conversation is known from its own record, from the calls that name it, or from both.
conversation_ids as (

    select
        conversation_id,
        source
    from logged_conversations

    union distinct

    select
        conversation_id,
        source
    from conversation_calls
    where conversation_id not in (select logged_conversations.conversation_id from logged_conversations)

),

-- The sum is of decimals: its last digit does not depend on the order of the rows.
spoken_conversations as (

    select
        conversation_id,
        toFloat64(avg({{ exact('sentiment_score') }})) as avg_sentiment
    from {{ ref('int_sentiments') }}
    where sentiment_score is not null
    group by conversation_id

),

judged_conversations as (

    select * from {{ ref('int_conversation_judgements') }}

),

described_conversations as (

    select
        conversation_ids.conversation_id as conversation_id,
        conversation_ids.source as source,
        logged_conversations.conversation_id != '' as is_logged,
        multiIf(
            merged_runs.run_id != '', merged_runs.kept_run_id,
            logged_conversations.run_id != '', logged_conversations.run_id,
            conversation_calls.first_run_id
        ) as run_id,
        logged_conversations.user_id as user_id,
        logged_conversations.organization_id as organization_id,
        logged_conversations.experiment_name as experiment_name,
        logged_conversations.variant as variant,
        if(is_logged, logged_conversations.message_count, null) as message_count,
        logged_conversations.is_widget as is_widget,
        if(is_logged, logged_conversations.started_at, conversation_calls.first_called_at) as started_at

    from conversation_ids
    left join logged_conversations
        on conversation_ids.conversation_id = logged_conversations.conversation_id
    left join conversation_calls
        on conversation_ids.conversation_id = conversation_calls.conversation_id
    left join merged_runs
        on logged_conversations.run_id = merged_runs.run_id

)

select
    ----------  ids
    described_conversations.conversation_id as conversation_id,
    toLowCardinality(described_conversations.source) as source,
    described_conversations.run_id as run_id,
    runs.workflow_id as workflow_id,
    runs.project as project,
    if(described_conversations.user_id != '', described_conversations.user_id, runs.user_id) as user_id,
    runs.team_id as team_id,
    if(
        described_conversations.organization_id != '', described_conversations.organization_id, runs.organization_id
    ) as organization_id,
    toLowCardinality(runs.environment) as environment,
    toLowCardinality(runs.origin) as origin,

    ----------  text
    toLowCardinality(
        if(described_conversations.experiment_name != '', described_conversations.experiment_name, runs.experiment_name)
    ) as experiment_name,
    toLowCardinality(if(described_conversations.variant != '', described_conversations.variant, runs.variant)) as variant,
    toLowCardinality(conversation_calls.primary_model) as model,
    toLowCardinality(conversation_calls.primary_provider) as provider,
    {{ training_method('registered_models') }},
    toLowCardinality({{ message_count_band('described_conversations.message_count') }}) as message_count_band,

    ----------  numerics
    described_conversations.message_count as message_count,
    conversation_calls.run_count as run_count,
    conversation_calls.call_count as call_count,
    conversation_calls.error_count as error_count,
    conversation_calls.total_input_tokens as total_input_tokens,
    conversation_calls.total_output_tokens as total_output_tokens,
    conversation_calls.total_cost_usd as total_cost_usd,
    judged_conversations.evaluation_count as evaluation_count,
    judged_conversations.avg_rating_score as avg_rating_score,
    judged_conversations.failure_tag_count as failure_tag_count,
    if(spoken_conversations.conversation_id = '', null, spoken_conversations.avg_sentiment) as avg_sentiment,
    -- A clock that ran backward says nothing of how long it took.
    if(
        last_called_at >= described_conversations.started_at,
        toFloat64(dateDiff('millisecond', described_conversations.started_at, last_called_at)),
        null
    ) as duration_ms,

    ----------  booleans
    described_conversations.is_widget as is_widget,
    judged_conversations.is_success as is_success,

    ----------  timestamps
    described_conversations.started_at as started_at,
    if(conversation_calls.conversation_id = '', null, conversation_calls.last_called_at) as last_called_at,
    toDate(described_conversations.started_at) as started_date

from described_conversations
left join runs
    on described_conversations.run_id = runs.run_id
left join conversation_calls
    on described_conversations.conversation_id = conversation_calls.conversation_id
left join judged_conversations
    on described_conversations.conversation_id = judged_conversations.conversation_id
left join spoken_conversations
    on described_conversations.conversation_id = spoken_conversations.conversation_id
left join registered_models
    on conversation_calls.primary_model = registered_models.model
