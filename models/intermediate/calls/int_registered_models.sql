{{ config(order_by='model') }}

with

registrations as (

    select * from {{ ref('int_models') }}

),

-- Calls have only the name of a model. Of several registrations of one name the latest deployed counts, so that a
-- join on the name counts no call twice.
ranked_registrations as (

    select
        *,
        row_number() over (
            partition by model
            order by coalesce(deployed_at, toDateTime64(0, 3, 'UTC')) desc, model_id desc
        ) as recency,
        count() over (partition by model) as registration_count
    from registrations

)

select * except (recency)
from ranked_registrations
where recency = 1
