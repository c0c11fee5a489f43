{% macro baseline(cohort, metrics) -%}
    {#-
        Columns of one cohort's baseline: the settled runs in `settled_<cohort>` and the later ones in the
        window `<cohort>_runs`. Without earlier runs NULL. Variances are of exact sums, so equal values
        have none.
    -#}
    {%- set window = cohort ~ '_runs' -%}
    {%- set settled = 'settled_' ~ cohort -%}
    {{ settled }}.run_count + count() over {{ window }} as {{ cohort }}_run_count,
    {%- for metric in metrics %}
    {{ settled }}.{{ metric }}_count + count({{ metric }}) over {{ window }} as {{ cohort }}_{{ metric }}_count,
    coalesce({{ settled }}.{{ metric }}_sum, 0) + coalesce(sum({{ metric }}) over {{ window }}, 0) as {{ cohort }}_{{ metric }}_sum,
    if(
        {{ cohort }}_{{ metric }}_count = 0,
        null,
        toFloat64({{ cohort }}_{{ metric }}_sum) / {{ cohort }}_{{ metric }}_count
    ) as {{ cohort }}_avg_{{ metric }},
    coalesce({{ settled }}.{{ metric }}_square_sum, 0)
    + coalesce(sum({{ metric }} * {{ metric }}) over {{ window }}, 0) as {{ cohort }}_{{ metric }}_square_sum,
    if(
        {{ cohort }}_{{ metric }}_count = 0,
        null,
        sqrt(toFloat64(
            {{ cohort }}_{{ metric }}_square_sum * {{ cohort }}_{{ metric }}_count
            - {{ cohort }}_{{ metric }}_sum * {{ cohort }}_{{ metric }}_sum
        )) / {{ cohort }}_{{ metric }}_count
    ) as {{ cohort }}_stddev_{{ metric }},
    {%- endfor %}
    {{ settled }}.error_run_count + countIf(has_error) over {{ window }} as {{ cohort }}_error_run_count,
    if({{ settled }}.run_count > 0, {{ settled }}.start_at, min(toNullable(ended_at)) over {{ window }}) as {{ cohort }}_start_at,
    coalesce(
        max(toNullable(ended_at)) over {{ window }},
        if({{ settled }}.run_count > 0, {{ settled }}.end_at, null)
    ) as {{ cohort }}_end_at
{%- endmacro %}
