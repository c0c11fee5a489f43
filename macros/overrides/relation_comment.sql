{% macro relation_comment() -%}
    {#-
        The clause of a CREATE statement with what a table or view is about: a statement of its own for each of hundreds takes
        longer. An incremental model has none before it is stamped, which says that it is complete (`stamp_code`).
    -#}
    {%- if config.persist_relation_docs() and model.description and model.config.materialized in ('table', 'view') -%}
        comment {{ clickhouse_escape_comment(model.description) }}
    {%- endif -%}
{%- endmacro %}
