{% macro baselines_in_turn(cohorts, metrics, columns) -%}
    {#-
        CTEs from `new_runs` to `<last cohort>_compared`: runs with the baselines of their cohorts. One cohort after the
        other, because each window sorts all that was computed before: sums are wide, what is made of them is not.
    -#}
    {%- set known = columns | list -%}
    {%- for cohort, keys in cohorts.items() -%}
        {%- set earlier = 'new_runs' if loop.first else (cohorts | list)[loop.index0 - 1] ~ '_compared' -%}
        {{ cohort }}_compared as (

            select
                {% for column in known -%}
                    {{ earlier }}.{{ column }} as {{ column }},
                {% endfor -%}
                {{ baseline(cohort, metrics) }}
            from {{ earlier }}
            left join settled_{{ cohort }} using ({{ keys | join(', ') }})
            window {{ cohort }}_runs as (
                partition by {% for key in keys %}{{ earlier }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
                order by {{ earlier }}.ended_at, {{ earlier }}.run_id
                rows between unbounded preceding and 1 preceding
            )

        )
        {{- ',' if not loop.last }}
        {%- for name in ['run_count', 'error_run_count', 'start_at', 'end_at'] -%}
            {%- do known.append(cohort ~ '_' ~ name) -%}
        {%- endfor -%}
        {%- for metric in metrics -%}
            {%- do known.extend([cohort ~ '_avg_' ~ metric, cohort ~ '_stddev_' ~ metric]) -%}
        {%- endfor %}

    {% endfor -%}
{%- endmacro %}
