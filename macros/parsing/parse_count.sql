{% macro parse_count(text) -%}
    {#-
        Spreadsheets and data frames write whole numbers as 12.0 and 1,000,000. What is unreadable, below 0 or so large
        that it is no count (the domain of tokens, the widest) is unknown.
    -#}
    {{ in_domain(read_count(text), 'tokens', 'UInt64') }}
{%- endmacro %}
