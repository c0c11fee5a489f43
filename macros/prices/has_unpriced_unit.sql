{% macro has_unpriced_unit(price='price') -%}
    {#- Whether something billed in addition to tokens was used that the price row does not know. -#}
    (
        notEmpty(usage_units)
        and arrayExists(
            (unit, amount) -> amount > 0 and not endsWith(unit, '_tokens') and not has({{ price }}.units.unit, unit),
            mapKeys(usage_units),
            mapValues(usage_units)
        )
    )
{%- endmacro %}
