{{ config(order_by='(workflow_id, run_id)') }}

with

runs as (

    select * from {{ ref('int_runs') }}
    where not is_completed

),

predictions as (

    select * from {{ ref('prediction_runs') }}

),

last_calls as (

    select
        run_id,
        max(toNullable(called_at)) as last_called_at
    from {{ ref('int_calls') }}
    where run_id in (select runs.run_id from runs)
    group by run_id

)

select
    ----------  identity
    runs.run_id as run_id,
    toLowCardinality(runs.source) as source,
    runs.source_run_id as source_run_id,
    runs.species_hash as species_hash,
    toLowCardinality(runs.status) as status,
    runs.primary_model as primary_model,
    runs.conversation_id as conversation_id,

    ----------  dimensions
    {{ run_dimensions('runs') }},

    ----------  so far
    runs.input_chars as input_chars,
    runs.total_cost_usd as cost_so_far_usd,
    runs.total_input_tokens as input_tokens_so_far,
    runs.total_output_tokens as output_tokens_so_far,
    runs.call_count as call_count_so_far,
    runs.error_count as error_count_so_far,

    ----------  the whole run, as predicted before it started
    {{ predicted_columns('predictions') }},
    {{ cost_above_prediction('runs.total_cost_usd', 'predictions') }} as is_cost_above_prediction,
    toLowCardinality(predictions.prediction_fallback) as prediction_fallback,
    toLowCardinality(predictions.prediction_cohort) as prediction_cohort,
    predictions.prediction_run_count as prediction_run_count,
    predictions.prediction_version as prediction_version,
    predictions.prediction_explanation as prediction_explanation,

    ----------  timestamps
    runs.started_at as started_at,
    last_calls.last_called_at as last_called_at

from runs
inner join predictions
    on runs.run_id = predictions.run_id
left join last_calls
    on runs.run_id = last_calls.run_id
