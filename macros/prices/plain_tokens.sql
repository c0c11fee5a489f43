{% macro plain_tokens(tokens, part_of, price='price') -%}
    {#- The tokens of a kind that are text: what has a price of its own (audio, images) is billed by that. -#}
    {{ tokens }} - if(
        empty(usage_units),
        0,
        least(
            {{ tokens }},
            toUInt64(arraySum(
                unit -> if(unit.part_of = '{{ part_of }}', usage_units[unit.unit], 0), {{ price }}.units
            ))
        )
    )
{%- endmacro %}
