{% macro booster_effect(distance) -%}
    {#-
        What the word that stands so far before adds to `valence`: "very good" is stronger than "good", "kind of good"
        weaker; in capitals more so, and less with each word in between.
    -#}
    {%- set word = 'before_' ~ distance -%}
    {%- set damping = {1: 1, 2: 0.95, 3: 0.9}[distance] -%}
    if(
        {{ word }}.boost = 0,
        0,
        {{ damping }} * (
            if(valence < 0, -{{ word }}.boost, {{ word }}.boost)
            + if({{ word }}.is_loud, if(valence > 0, 0.733, -0.733), 0)
        )
    )
{%- endmacro %}
