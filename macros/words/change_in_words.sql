{% macro change_in_words() -%}
    {#-
        What made a contributor's cost change, over the columns of `effects` in `mart_cost_changes`: the parts that show in
        cents and are a tenth of the largest or more, in order.
    -#}
    arrayStringConcat(
        arrayMap(
            part -> concat(part.1, {{ signed_dollars('part.2') }}, part.3),
            arrayConcat(
                [('', change_usd, ': ')],
                arrayMap(
                    (part, place) -> (concat(if(place = 1, '', ', '), part.1, ' ('), part.2, ')'),
                    arrayFilter(
                        part -> abs(part.2) > 0 and abs(part.2) * 10 >= arrayMax(every_part -> abs(every_part.2), parts),
                        parts
                    ) as shown_parts,
                    arrayEnumerate(shown_parts)
                )
            )
        ),
        ''
    )
{%- endmacro %}
