{{ config(order_by='user_id') }}

with

runs as (

    select * from {{ ref('int_runs') }}

),

calls as (

    select * from {{ ref('int_scope_calls') }}

),

conversations as (

    select * from {{ ref('int_conversations') }}

),

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where evaluation_kind in ('rating', 'success', 'annotation')

),

days as (

    select * from {{ ref('int_scope_days') }}
    where scope_kind = 'user'

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- Whoever ran, called, talked or judged.
sightings as (

    select
        user_id,
        organization_id,
        team_id,
        '' as model,
        started_at as seen_at
    from runs
    union all
    select
        user_id,
        organization_id,
        team_id,
        model,
        called_at as seen_at
    from calls
    union all
    select
        user_id,
        organization_id,
        '' as team_id,
        '' as model,
        started_at as seen_at
    from conversations
    union all
    select
        evaluator as user_id,
        '' as organization_id,
        '' as team_id,
        '' as model,
        evaluated_at as seen_at
    from evaluations

),

known as (

    select
        user_id,
        argMaxIf(organization_id, (seen_at, organization_id), organization_id != '') as organization_id,
        argMaxIf(team_id, (seen_at, team_id), team_id != '') as team_id,
        -- The model called most; of equals the first by name.
        groupArrayIf(model, model != '') as models,
        arraySort(name -> (-toInt64(countEqual(models, name)), name), arrayDistinct(models))[1] as primary_model,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from sightings
    cross join as_of
    where
        user_id != ''
        and toDate(seen_at) between toDate(1) and as_of.as_of_date
    group by user_id

),

summed as (

    select
        scope_key as user_id,
        countIf(days.run_count + days.call_count + days.conversation_count > 0) as active_days,
        {% for column in scope_counts() -%}
            sum(days.{{ column }}) as {{ column }},
        {% endfor -%}
        groupArrayArray(days.durations_ms) as durations_ms,
        groupArrayArray(days.latencies_ms) as latencies_ms,
        emptyArrayString() as users,
        emptyArrayString() as workflows
    from days
    group by user_id

),

measured as (

    select
        *,
        {{ scope_metrics() }}
        user_id as measured_user_id
    from summed

)

select
    known.* except (user_id, models),
    known.user_id as user_id,
    toMonday(known.first_seen_at) as first_week,
    measured.run_count as run_count,
    measured.conversation_count as conversation_count,
    measured.call_count as message_count,
    measured.active_days as active_days,
    measured.cost_usd as cost_usd,
    measured.total_tokens as total_tokens,
    {% for metric in ['avg_rating', 'success_share', 'error_share', 'avg_latency_ms'] -%}
        if(measured.measured_user_id = '', null, measured.{{ metric }}) as {{ metric }},
    {% endfor -%}
    if(measured.measured_user_id = '', null, measured.sentiment_score) as avg_sentiment,
    toBool(toDate(known.first_seen_at) > as_of.last_complete_date - 30) as is_new_30d,
    toUInt32(as_of.as_of_date - toDate(known.last_seen_at)) as days_since_last
from known
left join measured
    on known.user_id = measured.measured_user_id
cross join as_of
