{{ config(order_by='(comparison_id, variant, unit_id)') }}

with

outcomes as (

    select * from {{ ref('int_outcomes') }}
    where species_hash != '' and call_count > 0

),

-- Of a chat only the model is known, which is no prompt.
runs as (

    select * from {{ ref('int_runs') }}
    where source != 'chat'

),

run_versions as (

    select
        runs.workflow_id as workflow_id,
        outcomes.step_name as step_name,
        outcomes.species_hash as species_hash,
        outcomes.run_id as run_id,
        any(toDate(runs.started_at)) as date,
        any(runs.started_at) as started_at,
    {% for column in outcome_columns() -%}
        sum(outcomes.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from outcomes
    inner join runs
        on outcomes.run_id = runs.run_id
    group by
        workflow_id,
        step_name,
        species_hash,
        run_id

),

versions as (

    select
        workflow_id,
        step_name,
        species_hash,
        count() as run_count,
        min(started_at) as first_started_at
    from run_versions
    group by
        workflow_id,
        step_name,
        species_hash
    having run_count >= {{ var('comparison').min_units }}

),

-- Each version against the one before it.
ordered_versions as (

    select
        *,
        lagInFrame(species_hash, 1, '') over (
            partition by workflow_id, step_name
            order by first_started_at, species_hash
            rows between unbounded preceding and current row
        ) as earlier_species_hash
    from versions

),

compared_versions as (

    select
        workflow_id,
        step_name,
        {{ joined_id(['workflow_id', 'step_name', 'species_hash']) }} as comparison_id,
        {{ joined_id(['workflow_id', 'step_name']) }} as subject,
        earlier_species_hash as control_variant,
        arrayJoin([species_hash, earlier_species_hash]) as side
    from ordered_versions
    where earlier_species_hash != ''

)

select
    'prompt_version' as comparison_kind,
    compared_versions.comparison_id as comparison_id,
    compared_versions.subject as subject,
    compared_versions.side as variant,
    compared_versions.control_variant as control_variant,
    'run' as unit_kind,
    run_versions.run_id as unit_id,
    false as is_crossover,
    run_versions.date as first_date,
    run_versions.date as last_date,
    toUInt64(1) as run_count,
{% for column in outcome_columns() -%}
    run_versions.{{ column }} as {{ column }}{{ ',' if not loop.last }}
{% endfor %}
from run_versions
inner join compared_versions
    on
        run_versions.workflow_id = compared_versions.workflow_id
        and run_versions.step_name = compared_versions.step_name
        and run_versions.species_hash = compared_versions.side
