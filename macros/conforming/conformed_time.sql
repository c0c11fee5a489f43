{% macro conformed_time(name, columns) -%}
    {#-
        A moment of a conformed row, of which nothing is ahead of its loading (`latest_at`): unknown then. The start of
        what has an end is cut to that moment, so that the calls of a run always have a run, and an end before
        the start to the start.
    -#}
    {%- set moment = 'conformed.' ~ name -%}
    {%- set start = 'conformed.started_at' if columns.get('started_at', '').startswith('Nullable') else 'least(conformed.started_at, changed_runs.latest_at)' -%}
    {%- if name == 'ended_at' -%}
        if({{ moment }} <= changed_runs.latest_at, greatest({{ moment }}, coalesce({{ start }}, {{ moment }})), null)
    {%- elif columns[name].startswith('Nullable') -%}
        if({{ moment }} <= changed_runs.latest_at, {{ moment }}, null)
    {%- elif 'ended_at' in columns -%}
        {{ start }}
    {%- else -%}
        {{ moment }}
    {%- endif -%}
{%- endmacro %}
