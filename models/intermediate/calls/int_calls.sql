{{ config(order_by='(run_id, called_at, call_id)') }}

{%- set cost_basis = var('cost_basis') %}

with

calls as (

    select * from {{ ref('int_calls__priced') }}

),

merges as (

    select * from {{ ref('int_call_merges') }}

),

-- What its own log leaves out, from the other sources of the same call: what was billed, and to whom. Tokens stay
-- those of its own log: sources count them differently, and a mixture would be neither's (mart_merged_calls).
merged_values as (

    select
        merges.kept_call_id as call_id,
        {% for dimension in ['user_id', 'team_id', 'organization_id', 'conversation_id'] -%}
            argMinIf(calls.{{ dimension }}, (merges.precedence, merges.call_id), calls.{{ dimension }} != '') as {{ dimension }},
        {% endfor -%}
        argMinIf(calls.reported_cost_usd, (merges.precedence, merges.call_id), calls.reported_cost_usd is not null) as reported_cost_usd,
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

),

judged_calls as (

    select
        *,
        -- A cost of 0 next to tokens that cost money is a cost nobody filled in, unless the source says why
        -- (K16). What was used is no guess: a price that is 0 makes 0 right, an unknown price does not.
        coalesce(reported_cost_usd, 1) = 0
        and is_billable
        and zero_cost_reason = ''
        and (coalesce(total_tokens, 0) > 0 or notEmpty(usage_units))
        and coalesce(computed_cost_usd, 1) != 0 as is_zero_unbelievable,
        if(is_zero_unbelievable, null, reported_cost_usd) as believed_cost_usd,
        multiIf(
            believed_cost_usd is null and computed_cost_usd is null, 'missing',
            believed_cost_usd is null, 'computed',
            computed_cost_usd is null, 'reported',
            {{ mapped('cost_reported_by', cost_basis.by_source, cost_basis.default) }}
        ) as counted_cost

    from kept_calls

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
    api_key_id,

    ----------  text
    step_name,
    call_kind,
    model,
    provider,
    service_tier,
    region,
    finish_reason,
    api_key_alias,
    team_alias,
    tags,
    error_type,
    error_message,
    counted_cost as cost_source,
    {{ cost_note() }} as cost_note,
    cost_reported_by,
    price_id,
    price_match,
    price_provider,
    price_tier,
    zero_cost_reason,

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
    uncached_input_cost_usd,
    reported_cost_usd - computed_cost_usd as cost_difference_usd,
    multiIf(
        counted_cost = 'reported', believed_cost_usd,
        counted_cost = 'computed', computed_cost_usd,
        null
    ) as cost_usd,

    ----------  booleans
    is_error,
    is_billable,
    is_run_level,
    is_winner,

    ----------  timestamps
    called_at,
    toDate(called_at) as called_date

from judged_calls
