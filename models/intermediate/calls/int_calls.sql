{{ config(order_by='(run_id, called_at, call_id)') }}

with

calls as (

    select * from {{ ref('int_calls__priced') }}

),

merges as (

    select * from {{ ref('int_call_merges') }}

),

-- What its own log leaves out, from the other sources of the same call: what was billed, and to whom. Tokens
-- stay those of its own log: sources count cached and reasoning tokens differently, and a mixture would be
-- neither's. mart_merged_calls shows by how much they differ.
merged_values as (

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
    -- Filtered here, so that only these are priced: the join alone would price all.
    where calls.call_id in (select merged.call_id from merges as merged)
    group by call_id

),

kept_calls as (

    select
        calls.* except (user_id, team_id, organization_id, conversation_id, reported_cost_usd),
        {% for dimension in ['user_id', 'team_id', 'organization_id', 'conversation_id'] -%}
            if(calls.{{ dimension }} != '', calls.{{ dimension }}, merged_values.{{ dimension }}) as {{ dimension }},
        {% endfor -%}
        coalesce(calls.reported_cost_usd, merged_values.reported_cost_usd) as reported_cost_usd,
        if(calls.reported_cost_usd is not null, calls.source, merged_values.cost_reported_by) as cost_reported_by,
        merged_values.merged_call_count as merged_call_count

    from calls
    left join merged_values
        on calls.call_id = merged_values.call_id
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
    error_type,
    error_message,
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
