{% macro punctuation_emphasis(text) -%}
    {#- What exclamation and question marks add to the strength of a text: up to four of the first, two or more of the second. -#}
    {%- set questions = "countSubstrings(" ~ text ~ ", '?')" -%}
    (
        least(countSubstrings({{ text }}, '!'), 4) * 0.292
        + multiIf({{ questions }} in (0, 1), 0, {{ questions }} in (2, 3), {{ questions }} * 0.18, 0.96)
    )
{%- endmacro %}
