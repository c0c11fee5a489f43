{% macro negation_factor(distance) -%}
    {#- What the word that stands so far before multiplies the valence by: "not good", "never so good", "without doubt good". -#}
    {%- set word = 'before_' ~ distance -%}
    multiIf(
        {% if distance == 2 -%}
            before_2.word = 'never' and before_1.word in ('so', 'this'), 1.25,
            before_2.word = 'without' and before_1.word = 'doubt', 1,
        {% elif distance == 3 -%}
            before_3.word = 'never' and before_2.word in ('so', 'this') or before_1.word in ('so', 'this'), 1.25,
            before_3.word = 'without' and (before_2.word = 'doubt' or before_1.word = 'doubt'), 1,
        {% endif -%}
        {{ word }}.is_negation, -0.74, 1
    )
{%- endmacro %}
