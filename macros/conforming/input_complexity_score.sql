{% macro input_complexity_score() -%}
    {#- Document B's weights (R019): size 0.4, tokens 0.3, nesting 0.15, volume 0.15, each over its cap. -#}
    {%- set weights = var('input_complexity') -%}
    input_chars / {{ weights.chars.full_at }} * {{ weights.chars.weight }}
    + estimated_tokens / {{ weights.tokens.full_at }} * {{ weights.tokens.weight }}
    + json_depth / {{ weights.depth.full_at }} * {{ weights.depth.weight }}
    + array_items / {{ weights.array_items.full_at }} * {{ weights.array_items.weight }}
{%- endmacro %}
