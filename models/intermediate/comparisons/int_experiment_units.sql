{{ config(order_by='(comparison_id, variant, unit_id)') }}

with

runs as (

    select * from {{ ref('int_runs') }}
    where experiment_name != '' and variant != ''

),

registry as (

    select * from {{ ref('int_experiment_registry') }}

),

outcomes as (

    select * from {{ ref('int_outcomes') }}
    where run_id in (select runs.run_id from runs)

),

variants as (

    select
        experiment_name,
        variant,
        min(runs.started_at) as first_started_at,
        countIf(conversation_id != '') as conversation_count,
        countIf(conversation_id != '' and user_id != '') as named_count
    from runs
    group by
        experiment_name,
        variant

),

-- What was randomised, and against what: as registered; else by what most conversations name, and by the variant that was
-- there first.
designs as (

    select
        variants.experiment_name as experiment_name,
        any(registry.status) as status,
        any(registry.randomised_unit) as registered_unit,
        any(registry.control_variant) as registered_control,
        min(named_count >= {{ var('experiment_named_share') }} * conversation_count) as are_named,
        multiIf(registered_unit in ('user', 'conversation', 'run'), registered_unit, are_named, 'user', 'conversation') as unit_kind,
        if(
            registered_control != '',
            registered_control,
            argMin(variants.variant, (first_started_at, variants.variant))
        ) as control_variant
    from variants
    left join registry
        on variants.experiment_name = registry.experiment_name
    group by experiment_name
    having status != 'deleted'

),

-- Somebody without a name is a unit of one conversation. A run without a conversation is one only where runs were
-- randomised.
run_units as (

    select
        runs.run_id as run_id,
        runs.experiment_name as experiment_name,
        runs.variant as variant,
        toDate(runs.started_at) as date,
        designs.control_variant as control_variant,
        designs.unit_kind as unit_kind,
        multiIf(
            designs.unit_kind = 'run', runs.run_id,
            runs.conversation_id = '', '',
            designs.unit_kind = 'user' and runs.user_id != '', runs.user_id,
            runs.conversation_id
        ) as unit_id
    from runs
    inner join designs
        on runs.experiment_name = designs.experiment_name
    where unit_id != ''

),

run_sums as (

    select
        run_id,
    {% for column in outcome_columns() -%}
        sum(outcomes.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from outcomes
    group by run_id

)

select
    'experiment' as comparison_kind,
    run_units.experiment_name as comparison_id,
    run_units.experiment_name as subject,
    run_units.variant as variant,
    any(run_units.control_variant) as control_variant,
    any(run_units.unit_kind) as unit_kind,
    run_units.unit_id as unit_id,
    -- Whoever saw several variants says nothing of either.
    count() over (partition by comparison_id, unit_id) > 1 as is_crossover,
    min(run_units.date) as first_date,
    max(run_units.date) as last_date,
    count() as run_count,
{% for column in outcome_columns() -%}
    sum(run_sums.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
{% endfor %}
from run_units
left join run_sums
    on run_units.run_id = run_sums.run_id
group by
    comparison_id,
    subject,
    variant,
    unit_id
