{{ config(order_by='(comparison_id, variant, unit_id)') }}

with

runs as (

    select
        run_id,
        conversation_id,
        toDate(started_at) as date
    from {{ ref('int_runs') }}
    where conversation_id != ''

),

outcomes as (

    select * from {{ ref('int_outcomes') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- What was trained from what; a base model without a name is none.
trained as (

    select
        model,
        base_model
    from {{ ref('int_registered_models') }}
    where
        base_model != ''
        and base_model != model

),

sides as (

    select distinct
        base_model as subject,
        arrayJoin([model, base_model]) as side
    from trained

),

recent_outcomes as (

    select
        outcomes.* except (run_id),
        outcomes.run_id as run_id,
        runs.conversation_id as conversation_id,
        runs.date as date
    from outcomes
    inner join runs
        on outcomes.run_id = runs.run_id
    cross join as_of
    where date between as_of.last_complete_date - ({{ var('training_days') }} - 1) and as_of.last_complete_date

)

-- Nobody randomised who talked to which model: the unit is the conversation. One that used both says nothing of either.
select
    'training' as comparison_kind,
    sides.subject as comparison_id,
    sides.subject as subject,
    sides.side as variant,
    sides.subject as control_variant,
    'conversation' as unit_kind,
    recent_outcomes.conversation_id as unit_id,
    false as is_crossover,
    min(recent_outcomes.date) as first_date,
    max(recent_outcomes.date) as last_date,
    uniqExact(recent_outcomes.run_id) as run_count,
{% for column in outcome_columns() -%}
    sum(recent_outcomes.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
{% endfor %}
from sides
inner join recent_outcomes
    on sides.side = recent_outcomes.model
group by
    comparison_id,
    subject,
    variant,
    unit_id
