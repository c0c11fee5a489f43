{% macro changed_run_versions(columns=['source', 'run_key', 'run_version', 'latest_at']) -%}
    {#- Runs of which this model has no rows, or rows of another version; all in a full refresh. -#}
    select {{ columns | join(', ') }}
    from {{ ref('int_run_versions') }}
    {% if is_incremental() %}
    where {{ is_outdated(['run_version']) }}
    {% endif %}
{%- endmacro %}
