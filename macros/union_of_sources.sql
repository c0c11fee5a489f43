{% macro union_of_sources(entity) -%}
    {#-
        An incremental model's whole body: every switched-on source's rows of an entity under the same
        columns, of the runs that changed. Without any source there are no rows, but the columns.
    -#}
    {%- set columns = conformed_columns(entity) -%}
    with

    changed_runs as materialized (

        {{ changed_run_versions() }}

    ),

    -- Prunes what is read; which source a key belongs to is for the join below to say.
    changed_keys as (

        select run_key from changed_runs

    ),

    conformed as (

        {% for model_name in conformed_models(entity) -%}
            select
                {{ columns | join(', ') }}
            from {{ ref(model_name) }}
            where run_key in (select changed_keys.run_key from changed_keys)
            {% if not loop.last %}
                union all
            {% endif %}
        {%- else -%}
            select
                {% for name, type in columns.items() -%}
                    {{ empty_value(type) }} as {{ name }}{{ ',' if not loop.last }}
                {% endfor -%}
            where 1 = 0
        {%- endfor %}

    )

    select
        conformed.*,
        changed_runs.run_version as run_version
    from conformed
    inner join changed_runs
        on
            conformed.source = changed_runs.source
            and conformed.run_key = changed_runs.run_key
{%- endmacro %}


{% macro empty_value(type) -%}
    {#- The value of a column that a source knows nothing about: NULL where the type allows it. -#}
    defaultValueOfTypeName('{{ type | replace("'", "\\'") }}')
{%- endmacro %}
