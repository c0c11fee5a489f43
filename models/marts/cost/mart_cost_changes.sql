{{ config(order_by='(period_kind, scope_kind, scope_key, rank)') }}

with

contributions as (

    select
        *,
        toFloat64(previous_cost_usd) as previous_usd,
        toFloat64(current_cost_usd) as current_usd,
        current_cost_usd - previous_cost_usd as change_usd,
        -- Both sides have a cost: what is new or gone is so as a whole.
        previous_cost_usd > 0 and current_cost_usd > 0 as is_kept,
        -- A factor that is unknown on one side joins its neighbour to the left.
        is_kept and previous_run_count > 0 and current_run_count > 0 as has_runs,
        has_runs and previous_call_count > 0 and current_call_count > 0 as has_calls,
        has_calls and previous_tokens > 0 and current_tokens > 0 as has_tokens
    from {{ ref('int_contributions') }}
    where
        previous_cost_usd != 0
        or current_cost_usd != 0

),

-- Cost is runs, times calls per run, times tokens per call, times cost per token.
factors as (

    select
        *,
        if(has_calls, current_run_count, 1) as current_runs,
        if(has_calls, previous_run_count, 1) as previous_runs,
        if(has_calls, current_call_count / current_run_count, 1.0) as current_calls,
        if(has_calls, previous_call_count / previous_run_count, 1.0) as previous_calls,
        if(has_tokens, current_tokens / current_call_count, 1.0) as current_tokens_per_call,
        if(has_tokens, previous_tokens / previous_call_count, 1.0) as previous_tokens_per_call
    from contributions

),

effects as (

    select
        *,
        {% for name, factor in {
            'runs': 'runs',
            'calls_per_run': 'calls',
            'tokens_per_call': 'tokens_per_call',
        }.items() -%}
            if(
                is_kept,
                round(toDecimal128(
                    {{ log_mean_effect('current_usd', 'previous_usd', 'current_' ~ factor, 'previous_' ~ factor) }}, 12
                ), 12),
                toDecimal128(0, 12)
            ) as {{ name }}_effect_usd,
        {% endfor -%}
        -- The remainder is the price's, so that the parts add up exactly.
        if(
            is_kept,
            change_usd - runs_effect_usd - calls_per_run_effect_usd - tokens_per_call_effect_usd,
            toDecimal128(0, 12)
        ) as price_effect_usd,
        if(not is_kept and previous_cost_usd = 0, change_usd, toDecimal128(0, 12)) as new_usd,
        if(not is_kept and previous_cost_usd != 0, change_usd, toDecimal128(0, 12)) as gone_usd,
        {{ change_parts() }} as parts,
        sum(change_usd) over scopes as scope_change_usd,
        row_number() over (
            partition by period_kind, scope_id
            order by -abs(change_usd), contributor_id
        ) as place
    from factors
    window scopes as (partition by period_kind, scope_id)

)

select
    ----------  ids
    toLowCardinality(scope_kind) as scope_kind,
    scope_key,
    scope_id,
    period_kind,
    workflow_id,
    model,

    ----------  text
    concat({{ change_in_words() }}, '.') as explanation,
    -- Of the parts to the side of the change the largest.
    tupleElement(arrayReverseSort(part -> part.2 * sign(change_usd), parts)[1], 1) as main_reason,

    ----------  numerics
    toUInt32(place) as rank,
    previous_cost_usd,
    current_cost_usd,
    change_usd,
    runs_effect_usd,
    calls_per_run_effect_usd,
    tokens_per_call_effect_usd,
    price_effect_usd,
    new_usd,
    gone_usd,
    {{ safe_ratio('change_usd', 'scope_change_usd') }} as share_of_change,
    previous_run_count,
    current_run_count,
    previous_call_count,
    current_call_count,
    previous_tokens,
    current_tokens,

    ----------  dates
    period_start_date,
    period_last_date,
    assumeNotNull(previous_start_date) as previous_start_date,
    assumeNotNull(previous_last_date) as previous_last_date

from effects
