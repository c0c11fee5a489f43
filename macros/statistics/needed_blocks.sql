{% macro needed_blocks(runs, cohorts, history_runs, block_runs) -%}
    {#- The blocks of so many neighbouring runs that the histories of some runs are in: each run's own, and those before it. -#}
    {% for cohort in cohorts -%}
        select
            {{ cohort }}_key as needed_key,
            toInt64({{ cohort }}_block) - arrayJoin(range(1 + intDiv({{ history_runs }} + {{ block_runs }} - 1, {{ block_runs }}))) as needed_block
        from {{ runs }}
        {% if not loop.last %}
            union distinct
        {% endif %}
    {%- endfor %}
{%- endmacro %}
