{% macro conformed_run_columns() -%}
    {#- The contract that every source's `int_runs__<source>` fulfils, in one place. -#}
    source,
    run_id,
    source_run_id,
    workflow_id,
    logged_genus_hash,
    parent_run_id,
    project,
    status,
    caller_id,
    origin,
    user_id,
    team_id,
    environment,
    input_text,
    logged_input_chars,
    logged_depth,
    logged_step_count,
    logged_error_count,
    logged_duration_ms,
    started_at,
    ended_at
{%- endmacro %}
