{% macro message_count_band(message_count) -%}
    {#- Document E's distribution of lengths (R094); empty where it is unknown. -#}
    {%- set bands = var('message_count_bands') -%}
    multiIf(
        {{ message_count }} is null, '',
        {% for first in bands -%}
            {%- set last = bands[loop.index] - 1 if not loop.last else none -%}
            {% if last is not none -%}
                {{ message_count }} <= {{ last }}, '{{ first if first == last else first ~ '-' ~ last }}',
            {% else -%}
                '{{ first }}+'
            {%- endif %}
        {%- endfor %}
    )
{%- endmacro %}
