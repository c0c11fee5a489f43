{% macro paired_t_value(differences) -%}
    {#- Student's t of differences of pairs; NULL of too few pairs (var `trend_test`) or without any spread. -#}
    {%- set count = 'toFloat64(length(' ~ differences ~ '))' -%}
    {%- set mean = '(arraySum(' ~ differences ~ ') / ' ~ count ~ ')' -%}
    {%- set variance = '(arraySum(difference -> pow(difference - ' ~ mean ~ ', 2), ' ~ differences ~ ') / (' ~ count ~ ' - 1))' -%}
    if(
        {{ count }} < {{ var('trend_test').min_pairs }} or {{ variance }} <= 0,
        null,
        {{ mean }} / sqrt({{ variance }} / {{ count }})
    )
{%- endmacro %}
