{% macro allocated_cost(cost, tags, place) -%}
    {#-
        What of a call's cost counts for one of its tags, so that the tags together make the cost: equal parts, cut
        off at 12 decimals, and what is left over for the tag in the first place.
    -#}
    if(
        {{ place }} = 1,
        {{ cost }} - {{ cost }} / toUInt16(length({{ tags }})) * (length({{ tags }}) - 1),
        {{ cost }} / toUInt16(length({{ tags }}))
    )
{%- endmacro %}
