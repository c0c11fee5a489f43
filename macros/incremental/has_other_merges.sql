{% macro has_other_merges(run_merges) -%}
    {#- Condition of the calls of runs of which calls are merged otherwise by now, with calls of other runs or into them. -#}
    (merge_version != 0 and merge_version not in (select merge_version from {{ ref(run_merges) }}))
    or (merge_version = 0 and run_version in (select run_version from {{ ref(run_merges) }}))
{%- endmacro %}
