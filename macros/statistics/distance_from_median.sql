{% macro distance_from_median(values, median) -%}
    {#-
        The distance from the median that the share of the var `calibrated_spread` of a sorted array's values is within,
        between ranks by linear interpolation. The values nearest to the median are neighbours in it: of so many
        neighbours, those whose farthest is nearest. So nothing is sorted again.
    -#}
    {%- set place = '(' ~ var('calibrated_spread').share ~ ' * (length(' ~ values ~ ') - 1))' -%}
    {%- set farthest = [] -%}
    {%- for neighbours in ['toUInt32(' ~ place ~ ')', '(toUInt32(' ~ place ~ ') + 1)'] -%}
        {%- set expression -%}
            arrayMin(arrayMap(
                (low, high) -> greatest({{ median }} - low, high - {{ median }}),
                arraySlice({{ values }}, 1, greatest(0, length({{ values }}) - {{ neighbours }})),
                arraySlice({{ values }}, 1 + {{ neighbours }})
            ))
        {%- endset -%}
        {%- do farthest.append(expression) -%}
    {%- endfor -%}
    (
        {{ farthest[0] }} * (toUInt32({{ place }}) + 1 - {{ place }})
        + {{ farthest[1] }} * ({{ place }} - toUInt32({{ place }}))
    )
{%- endmacro %}
