{% macro is_gen_ai(attribute_names) -%}
    {#- Whether a record, by the names of its attributes, is one of LLM work and not of the application around it. -#}
    arrayExists(
        name -> multiSearchAny(concat('"', name), ['{{ gen_ai_marks() | join("', '") }}']),
        {{ attribute_names }}
    )
{%- endmacro %}
