{% macro activity(values) -%}
    {#- One kind of event of the activity feed: expressions of its columns, of which the link may be left out. -#}
    '{{ values.kind }}' as kind,
    toDateTime64({{ values.at }}, 3, 'UTC') as happened_at,
    toString({{ values.subject }}) as subject,
    {{ values.text }} as text,
    {{ values.get('severity', "'info'") }} as severity,
    {{ values.get('link', "''") }} as link
{%- endmacro %}
