{% macro outcome_columns() -%}
    {#- The sums of `int_outcomes` that the metrics of comparisons are made of, each once. -#}
    {%- set columns = [] -%}
    {%- for kind, numerator, denominator in comparison_metrics().values() -%}
        {%- for column in [numerator, denominator] if column not in columns -%}
            {%- do columns.append(column) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
