{% macro forget_changed_runs(also=none) -%}
    {#-
        Deletes the rows of runs that changed or went, and others by a condition. With the insert that follows, a build
        that is cut off in between is repaired by the next one: what is missing is what is computed.
    -#}
    {#- Outside the condition, so that dbt sees it of a model that reads the versions here only. -#}
    {% set run_versions = ref('int_run_versions') %}
    {% if is_incremental() %}
        delete from {{ this }}
        where
            {{ key_hash(['run_version']) }} not in (select {{ key_hash(['run_version']) }} from {{ run_versions }})
            {% if also %}or {{ also }}{% endif %}
    {% endif %}
{%- endmacro %}
