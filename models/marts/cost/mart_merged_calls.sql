{{ config(order_by='(called_at, call_id)') }}

with

merges as (

    select * from {{ ref('int_call_merges') }}

),

calls as (

    select * from {{ ref('int_calls__priced') }}

),

merged_calls as (

    select * from calls
    where call_id in (select merges.call_id from merges)

),

kept_calls as (

    select * from calls
    where call_id in (select merges.kept_call_id from merges)

)

select
    ----------  ids
    merges.call_id as call_id,
    toLowCardinality(merges.source) as source,
    merges.run_id as run_id,
    merges.kept_call_id as kept_call_id,
    toLowCardinality(merges.kept_source) as kept_source,
    merges.kept_run_id as kept_run_id,
    merges.matched_id as matched_id,

    ----------  text
    merges.reason as kept_reason,
    toLowCardinality(merged_calls.model) as model,
    toLowCardinality(kept_calls.model) as kept_model,
    toLowCardinality(merged_calls.provider) as provider,
    toLowCardinality(kept_calls.provider) as kept_provider,

    ----------  numerics
    merged_calls.input_tokens as input_tokens,
    kept_calls.input_tokens as kept_input_tokens,
    toInt64(kept_calls.input_tokens) - toInt64(merged_calls.input_tokens) as input_tokens_difference,
    merged_calls.output_tokens as output_tokens,
    kept_calls.output_tokens as kept_output_tokens,
    toInt64(kept_calls.output_tokens) - toInt64(merged_calls.output_tokens) as output_tokens_difference,
    coalesce(merged_calls.reported_cost_usd, merged_calls.computed_cost_usd) as cost_usd,
    coalesce(kept_calls.reported_cost_usd, kept_calls.computed_cost_usd) as kept_cost_usd,
    kept_cost_usd - cost_usd as cost_difference_usd,
    toFloat64(dateDiff('millisecond', kept_calls.called_at, merged_calls.called_at)) as time_difference_ms,

    ----------  booleans
    merges.is_copy as is_copy,
    -- The kept call's own log reports no cost, so it counts with this one's.
    toBool(kept_calls.reported_cost_usd is null and merged_calls.reported_cost_usd is not null) as is_cost_taken_over,

    ----------  timestamps
    merged_calls.called_at as called_at

from merges
inner join merged_calls
    on merges.call_id = merged_calls.call_id
inner join kept_calls
    on merges.kept_call_id = kept_calls.call_id
