{% macro message_count_band(message_count) -%}
    {#- Document E's distribution of lengths (R094); empty where it is unknown. -#}
    {%- set bands = var('message_count_bands') -%}
    multiIf(
        {{ message_count }} is null, '',
        {% for band in bands -%}
            {{ message_count ~ ' <= ' ~ bands[band] ~ ', ' if not loop.last }}'{{ band }}'{{ ',' if not loop.last }}
        {% endfor %}
    )
{%- endmacro %}
