{% macro union_of_sources(entity) -%}
    {#-
        An incremental model's whole body: every source's rows of an entity under the same columns, of the runs that
        changed; a value outside its domain is unknown. Without any source there are no rows, but the columns.
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

    -- What stands for a column that a source does not list: of two columns of one name, ClickHouse takes
    -- the one on the left of a join.
    unknown as (

        select
            {% for name, type in columns.items() -%}
                {{ empty_value(type) }} as {{ name }}{{ ',' if not loop.last }}
            {% endfor %}

    ),

    conformed as (

        {% for model_name in conformed_models(entity, changed_sources()) -%}
            select
                {% for name, type in columns.items() -%}
                    {{ conformed_value(name, type) }} as {{ name }}{{ ',' if not loop.last }}
                {% endfor %}
            from (
                select * from {{ ref(model_name) }}
                where run_key in (select changed_keys.run_key from changed_keys)
            ) as given
            cross join unknown
            {% if not loop.last %}
                union all
            {% endif %}
        {%- else -%}
            select * from unknown
            where 1 = 0
        {%- endfor %}

    )

    select
        {% for name, type in columns.items() -%}
            {{ conformed_time(name, columns) if domain_of(name, type) == 'time' else 'conformed.' ~ name }} as {{ name }},
        {% endfor -%}
        changed_runs.run_version as run_version
    from conformed
    inner join changed_runs
        on
            conformed.source = changed_runs.source
            and conformed.run_key = changed_runs.run_key
    {%- for name, type in columns.items() if domain_of(name, type) == 'time' and not type.startswith('Nullable') and 'ended_at' not in columns %}
    -- What happens after its loading is no record of anything (mart_data_issues lists it).
    where conformed.{{ name }} <= changed_runs.latest_at
    {%- endfor %}
{%- endmacro %}
