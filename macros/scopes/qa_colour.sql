{% macro qa_colour(pass_share) -%}
    {#- Document C's colours of a pass rate (R052), on the exact share; empty without a verdict. -#}
    {%- set bounds = var('qa_colours') -%}
    multiIf(
        {{ pass_share }} is null, '',
        {{ rounded(pass_share) }} >= {{ bounds.green }}, 'green',
        {{ rounded(pass_share) }} >= {{ bounds.yellow }}, 'yellow',
        'red'
    )
{%- endmacro %}
