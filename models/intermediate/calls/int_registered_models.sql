{{ config(order_by='model') }}

with

registrations as (

    select * from {{ ref('int_models') }}

),

counted_registrations as (

    select
        *,
        count() over (partition by model) as registration_count
    from registrations

)

-- Calls have only the name of a model. Of several registrations of one name the latest deployed counts, so that a
-- join on the name counts no call twice.
select
    {% for column in conformed_columns('models') -%}
        {{ column }},
    {% endfor -%}
    registration_count
from counted_registrations
order by
    model asc,
    coalesce(deployed_at, toDateTime64(0, 3, 'UTC')) desc,
    model_id desc
limit 1 by model
