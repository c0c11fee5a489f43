{% macro changed_sessions(source_name) -%}
    {#- The runs of one source that an incremental model has to compute, where a run is a session. -#}
    select
        run_key as session_id,
        run_version
    from ({{ changed_run_versions(['source', 'run_key', 'run_version']) }})
    where source = '{{ source_name }}'
{%- endmacro %}
