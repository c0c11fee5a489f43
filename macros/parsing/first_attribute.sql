{% macro first_attribute(keys, attributes='attributes') -%}
    {#- The value of the first of several keys that has one: names changed, and every library has its own. -#}
    {%- if keys | length == 1 -%}
        {{ attributes }}['{{ keys[0] }}']
    {%- else -%}
        multiIf(
            {%- for key in keys[:-1] %}
            {{ attributes }}['{{ key }}'] != '', {{ attributes }}['{{ key }}'],
            {%- endfor %}
            {{ attributes }}['{{ keys[-1] }}']
        )
    {%- endif -%}
{%- endmacro %}
