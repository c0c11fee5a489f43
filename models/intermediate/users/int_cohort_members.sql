{{ config(order_by='(cohort_name, user_id)') }}

{%- set fields = cohort_fields() -%}

with

users as (

    select * from {{ ref('int_users') }}

),

criteria as (

    select
        cohort_name,
        field,
        operator,
        value
    from {{ ref('cohorts') }}
    {% if 'chat' in var('sources') -%}
        union all
        select
            cohort_name,
            field,
            operator,
            value
        from {{ ref('stg_chat__cohorts') }}
    {%- endif %}

),

-- Numbers are compared as numbers; days and texts as what they are written as.
judged as (

    select
        criteria.cohort_name as cohort_name,
        users.user_id as user_id,
        multiIf(
            {% for field in fields.number -%}
                criteria.field = '{{ field }}', cast(users.{{ field }} as Nullable(Float64)),
            {% endfor -%}
            null
        ) as number,
        multiIf(
            {% for field in fields.date -%}
                criteria.field = '{{ field }}', toString(toDate(users.{{ field }})),
            {% endfor -%}
            {% for field in fields.text -%}
                criteria.field = '{{ field }}', users.{{ field }},
            {% endfor -%}
            null
        ) as text,
        criteria.field in ('{{ fields.number | join("', '") }}') as is_number,
        arrayMap(item -> trimBoth(item), splitByChar(';', criteria.value)) as items,
        arrayMap(item -> toFloat64OrNull(item), items) as numbers,
        coalesce(multiIf(
            is_number and criteria.operator = 'in', has(numbers, number),
            criteria.operator = 'in', has(items, text),
            {% for operator in ['>=', '<=', '!=', '>', '<', '='] -%}
                criteria.operator = '{{ operator }}', if(is_number, number {{ operator }} numbers[1], text {{ operator }} items[1]),
            {% endfor -%}
            false
        ), false) as is_met
    from users
    cross join criteria

)

-- A member meets every criterion of the cohort; one that cannot be read is met by nobody.
select
    cohort_name,
    user_id
from judged
group by
    cohort_name,
    user_id
having min(is_met)
