{{ config(order_by='(scope_kind, scope_key, date)') }}

with

calls as (

    select * from {{ ref('int_scope_days__calls') }}

),

runs as (

    select * from {{ ref('int_scope_days__runs') }}

),

events as (

    select * from {{ ref('int_scope_days__events') }}

),

known_days as (

    {% for part in ['calls', 'runs', 'events'] -%}
        select
            scope_kind,
            scope_key,
            date
        from {{ part }}
        {% if not loop.last -%}
            union distinct
        {% endif -%}
    {% endfor %}

)

select
    ----------  ids
    known_days.scope_kind as scope_kind,
    known_days.scope_key as scope_key,
    if(known_days.scope_kind = 'total', 'total', concat(known_days.scope_kind, ':', known_days.scope_key)) as scope_id,
    arraySort(arrayDistinct(arrayConcat(calls.users, runs.users))) as users,
    arraySort(arrayDistinct(arrayConcat(calls.workflows, runs.workflows))) as workflows,

    ----------  numerics
    {% for part, columns in scope_day_parts().items() -%}
        {% for column in columns -%}
            {{ part }}.{{ column }} as {{ column }},
        {% endfor -%}
    {% endfor -%}
    runs.durations_ms as durations_ms,
    calls.latencies_ms as latencies_ms,

    ----------  timestamps
    if(runs.run_count = 0, null, runs.last_run_at) as last_run_at,
    if(calls.call_count = 0, null, calls.last_called_at) as last_called_at,
    known_days.date as date

from known_days
{% for part in ['calls', 'runs', 'events'] -%}
    left join {{ part }}
        on
            known_days.scope_kind = {{ part }}.scope_kind
            and known_days.scope_key = {{ part }}.scope_key
            and known_days.date = {{ part }}.date
{% endfor %}
