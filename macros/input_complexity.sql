{% macro input_complexity_score() -%}
    {#- Document B's weights (R019): size 0.4, tokens 0.3, nesting 0.15, volume 0.15, each over its cap. -#}
    {%- set weights = var('input_complexity') -%}
    input_chars / {{ weights.chars.full_at }} * {{ weights.chars.weight }}
    + estimated_tokens / {{ weights.tokens.full_at }} * {{ weights.tokens.weight }}
    + json_depth / {{ weights.depth.full_at }} * {{ weights.depth.weight }}
    + array_items / {{ weights.array_items.full_at }} * {{ weights.array_items.weight }}
{%- endmacro %}


{% macro input_category_by_chars(chars) -%}
    {{ _category_below(chars, var('input_category_chars')) }}
{%- endmacro %}


{% macro input_category_by_score(score) -%}
    {{ _category_below(score, var('input_category_score')) }}
{%- endmacro %}


{% macro _category_below(value, bounds) -%}
    multiIf(
        {%- for category in ['tiny', 'small', 'medium', 'large'] %}
        {{ value }} < {{ bounds[category] }}, '{{ category }}',
        {%- endfor %}
        'huge'
    )
{%- endmacro %}


{% macro input_fingerprint(text) -%}
    {#-
        The input's shape: its JSON paths with their types, whatever the order of keys, the length of
        lists or the values (K11). Text that is no JSON has the shape of {}, as document B parses it.
        Dates are strings that happen to look like dates.
    -#}
    if(
        empty({{ text }}),
        'empty',
        substring(
            lower(hex(SHA256(toString(mapSort(mapApply(
                (path, type) -> (path, replaceRegexpAll(type, 'Date(Time(64\\(\\d+\\))?)?|Time(64\\(\\d+\\))?', 'String')),
                JSONAllPathsWithTypes(concat('{"input":', if(isValidJSON({{ text }}), {{ text }}, '{}'), '}')::JSON)
            )))))),
            1,
            16
        )
    )
{%- endmacro %}
