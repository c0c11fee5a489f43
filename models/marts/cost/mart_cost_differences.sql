{{ config(order_by='(called_date, source, call_id)') }}

{%- set tolerance = var('cost_difference_reason_ratio') %}

with

differing_calls as (

    select * from {{ ref('int_differing_costs') }}

),

explanations as (

    select * from {{ ref('int_cost_explanations') }}

),

-- The explanation that comes near enough to what was reported; of several the plainest.
likely_explanations as (

    select
        call_id,
        argMin((reason, detail, explained_cost_usd), (explanation_rank, distance_usd)) as explanation
    from (
        select
            *,
            abs(explained_cost_usd - reported_cost_usd) as distance_usd
        from explanations
    ) as distances
    where distance_usd <= {{ tolerance }} * reported_cost_usd
    group by call_id

),

runs as (

    select
        run_id,
        workflow_id
    from {{ ref('int_runs') }}

)

select
    ----------  ids
    differing_calls.call_id as call_id,
    differing_calls.run_id as run_id,
    runs.workflow_id as workflow_id,
    toLowCardinality(differing_calls.cost_reported_by) as source,
    assumeNotNull(differing_calls.price_id) as price_id,

    ----------  text
    toLowCardinality(differing_calls.provider) as provider,
    toLowCardinality(differing_calls.model) as model,
    toLowCardinality(differing_calls.service_tier) as service_tier,
    toLowCardinality(differing_calls.region) as region,
    toLowCardinality(differing_calls.cost_source) as cost_source,
    toLowCardinality(multiIf(
        likely_explanations.call_id != '', likely_explanations.explanation.1,
        differing_calls.is_usual_ratio and differing_calls.reported_cost_usd < differing_calls.computed_cost_usd, 'discount',
        differing_calls.is_usual_ratio, 'surcharge',
        'unknown'
    )) as likely_reason,
    assumeNotNull(multiIf(
        likely_explanations.call_id != '', likely_explanations.explanation.2,
        differing_calls.is_usual_ratio,
        concat(
            'Most of the model''s calls are reported at ',
            toString(round(assumeNotNull(differing_calls.reported_to_computed_ratio), 3)), ' times the computed cost.'
        ),
        'No price, tier, day or way to count the tokens that is known comes to the reported cost.'
    )) as reason_detail,

    ----------  numerics
    differing_calls.total_tokens as total_tokens,
    assumeNotNull(differing_calls.reported_cost_usd) as reported_cost_usd,
    assumeNotNull(differing_calls.computed_cost_usd) as computed_cost_usd,
    assumeNotNull(differing_calls.cost_difference_usd) as cost_difference_usd,
    differing_calls.reported_to_computed_ratio as reported_to_computed_ratio,
    cast(
        if(likely_explanations.call_id = '', null, likely_explanations.explanation.3) as Nullable(Decimal(38, 12))
    ) as explained_cost_usd,

    ----------  timestamps
    differing_calls.called_at as called_at,
    differing_calls.called_date as called_date

from differing_calls
inner join runs
    on differing_calls.run_id = runs.run_id
left join likely_explanations
    on differing_calls.call_id = likely_explanations.call_id
