{% macro price_columns() -%}
    valid_from,
    valid_to,
    service_tier,
    above_input_tokens,
    input_usd_per_million_tokens,
    output_usd_per_million_tokens,
    cache_read_usd_per_million_tokens,
    cache_write_5m_usd_per_million_tokens,
    cache_write_1h_usd_per_million_tokens,
    reasoning_usd_per_million_tokens,
    unit_prices_usd,
    region_multipliers,
    is_cache_in_input
{%- endmacro %}
