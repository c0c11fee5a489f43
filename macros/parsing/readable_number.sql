{% macro readable_number(text, is_count=false) -%}
    {#-
        A number as people and spreadsheets write it, as plain text that SQL reads; '' where it is none, or could
        be two. Read are US dollars (`$0.50`, `0.50 USD`, `(0.50)` for minus), exponents, groups of three digits
        (`1,000,000`, `1.000.000`, `1 000`, `1'000`) and a decimal comma (`0,50`). `1,234` is a thousand where a
        whole number is expected, but dollars of it could be one or a thousand; and `1.234` the other way round.
        The loader renders this same file: what it lets pass is what the models read.
    -#}
    {%- set two_readings = "'^[-+]?[1-9]\\\\d{0,2}\\\\.\\\\d{3}$'" if is_count else "'^[-+]?[1-9]\\\\d{0,2},\\\\d{3}$'" -%}
    {%- set gap = "[ \\\\x{A0}\\\\x{202F}\\\\x{2009}''\\\\x{2019}_]" -%}
    arrayMap(
        bare -> arrayMap(
            number -> multiIf(
                match(number, {{ two_readings }}), '',
                match(number, '^[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?$'), number,
                match(number, '^[-+]?[1-9]\\d{0,2}(,\\d{3})+(\\.\\d+)?$'), replaceAll(number, ',', ''),
                match(number, '^[-+]?[1-9]\\d{0,2}(\\.\\d{3})+(,\\d+)?$'), replaceAll(replaceAll(number, '.', ''), ',', '.'),
                match(number, '^[-+]?\\d+,\\d+([eE][-+]?\\d+)?$'), replaceAll(number, ',', '.'),
                ''
            ),
            [if(match(bare, '^[-+]?\\d{1,3}({{ gap }}\\d{3})+([.,]\\d+)?$'), replaceRegexpAll(bare, '{{ gap }}', ''), bare)]
        )[1],
        [replaceRegexpOne(
            replaceRegexpOne({{ text }}, '^\\s*\\((.+)\\)\\s*$', '-\\1'),
            '(?i)^\\s*([-+]?)\\s*(?:US\\$|USD|\\$)?\\s*([-+]?.*?)\\s*(?:US\\$|USD|\\$)?\\s*$',
            '\\1\\2'
        )]
    )[1]
{%- endmacro %}
