{{ config(order_by='(run_id, called_at, call_id)') }}

with

calls as (

    select * from {{ ref('int_calls__priced') }}

),

merges as (

    select * from {{ ref('int_call_merges') }}

),

-- What the other sources of the same call know and its own log does not: what it was billed, and to
-- whom. Tokens stay those of its own log: sources count cached and reasoning tokens differently, and a
-- mixture would be neither's; mart_merged_calls shows by how much they differ.
told_by_others as (

    select
        merges.kept_call_id as call_id,
        {% for dimension in ['user_id', 'team_id', 'organization_id', 'conversation_id'] -%}
            argMinIf(
                calls.{{ dimension }}, (merges.precedence, merges.call_id), calls.{{ dimension }} != ''
            ) as {{ dimension }},
        {% endfor -%}
        argMinIf(
            calls.reported_cost_usd,
            (merges.precedence, merges.call_id),
            calls.reported_cost_usd is not null
        ) as reported_cost_usd,
        argMinIf(merges.source, (merges.precedence, merges.call_id), calls.reported_cost_usd is not null) as cost_reported_by,
        count() as merged_call_count

    from calls
    inner join merges
        on calls.call_id = merges.call_id
    -- Only these are priced for it: the condition of the join alone would price all.
    where calls.call_id in (select merged.call_id from merges as merged)
    group by call_id

),

kept_calls as (

    select
        calls.* except (user_id, team_id, organization_id, conversation_id, reported_cost_usd),
        {% for dimension in ['user_id', 'team_id', 'organization_id', 'conversation_id'] -%}
            if(calls.{{ dimension }} != '', calls.{{ dimension }}, told_by_others.{{ dimension }}) as {{ dimension }},
        {% endfor -%}
        coalesce(calls.reported_cost_usd, told_by_others.reported_cost_usd) as reported_cost_usd,
        if(calls.reported_cost_usd is not null, calls.source, told_by_others.cost_reported_by) as cost_reported_by,
        told_by_others.merged_call_count as merged_call_count

    from calls
    left join told_by_others
        on calls.call_id = told_by_others.call_id
    where calls.call_id not in (select merges.call_id from merges)

)

select
    ----------  ids
    call_id,
    source,
    run_id,
    species_hash,
    user_id,
    team_id,
    organization_id,
    conversation_id,

    ----------  text
    step_name,
    call_kind,
    model,
    provider,
    service_tier,
    region,
    finish_reason,
    api_key_id,
    api_key_alias,
    tags,
    error_type,
    error_message,
    zero_cost_reason,
    multiIf(
        reported_cost_usd is not null, 'reported',
        computed_cost_usd is not null, 'computed',
        'missing'
    ) as cost_source,
    cost_reported_by,
    price_id,

    ----------  numerics
    duration_ms,
    input_tokens,
    uncached_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    reasoning_tokens,
    total_tokens,
    usage_units,
    logged_call_count,
    merged_call_count,
    candidate_index,
    reforge_step,
    evaluator_score,
    reported_cost_usd,
    computed_cost_usd,
    reported_cost_usd - computed_cost_usd as cost_difference_usd,
    coalesce(reported_cost_usd, computed_cost_usd) as cost_usd,

    ----------  booleans
    is_error,
    is_billable,
    is_run_level,
    is_winner,

    ----------  timestamps
    called_at,
    toDate(called_at) as called_date

from kept_calls
