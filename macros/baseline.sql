{% macro baseline(cohort, metrics, statistics) -%}
    {#-
        Columns of one cohort's baseline, over the window `<cohort>_runs`. An empty window gives NULL,
        not nan. The stable deviation, because the plain one calls equal values unequal.
    -#}
    {%- set window = cohort ~ '_runs' -%}
    count() over {{ window }} as {{ cohort }}_run_count,
    {%- for metric in metrics %}
    {%- if 'avg' in statistics %}
    avg(toNullable({{ metric }})) over {{ window }} as {{ cohort }}_avg_{{ metric }},
    {%- endif %}
    {%- if 'stddev' in statistics %}
    stddevPopStable(toNullable({{ metric }})) over {{ window }} as {{ cohort }}_stddev_{{ metric }},
    {%- endif %}
    {%- endfor %}
    min(toNullable(ended_at)) over {{ window }} as {{ cohort }}_start_at,
    max(toNullable(ended_at)) over {{ window }} as {{ cohort }}_end_at
{%- endmacro %}
