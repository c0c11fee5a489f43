{% macro needed_blocks(runs, cohorts) -%}
    {#- The blocks of `history_blocks` that the histories of some runs are in: each run's own, and the one before it. -#}
    {% for cohort in cohorts -%}
        select
            {{ cohort }}_key as needed_key,
            arrayJoin([toInt64({{ cohort }}_block), toInt64({{ cohort }}_block) - 1]) as needed_block
        from {{ runs }}
        {% if not loop.last %}
            union distinct
        {% endif %}
    {%- endfor %}
{%- endmacro %}
