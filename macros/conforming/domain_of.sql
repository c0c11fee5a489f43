{% macro domain_of(name, type) -%}
    {#-
        Which values a conformed column may hold: a kind of the var `value_domains`, `time` (var `plausible_times`), or
        one that any value of the type is in: text, texts, flag.
    -#}
    {%- set bare = type | replace('Nullable(', '') -%}
    {%- if bare.startswith('DateTime') -%}{{- return('time') -}}
    {%- elif bare.startswith('String') -%}{{- return('text') -}}
    {%- elif bare.startswith('Array(String') -%}{{- return('texts') -}}
    {%- elif bare.startswith('Bool') -%}{{- return('flag') -}}
    {%- elif bare.startswith('Map') -%}{{- return('units') -}}
    {%- elif bare.startswith('Decimal') -%}{{- return('money') -}}
    {%- elif name.endswith('_tokens') -%}{{- return('tokens') -}}
    {%- elif name.endswith('_ms') -%}{{- return('duration_ms') -}}
    {%- elif name.endswith('score') -%}{{- return('score') -}}
    {%- elif bare.startswith('UInt') -%}{{- return('count') -}}
    {%- else -%}
        {{- exceptions.raise_compiler_error('No domain is known for ' ~ name ~ ' ' ~ type ~ ': name it in macros/conforming/domain_of.sql') -}}
    {%- endif -%}
{%- endmacro %}
