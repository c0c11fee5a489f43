-- Its last filter is left where it is: copied into each table's part, it made planning take five times as long.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['load_id'], 'base_tokenhouse__visible_loads') }}",
    order_by='(load_id, line_number)',
    query_settings={'query_plan_filter_push_down': 0},
) }}

{#- A build reads the raw tables that something was loaded to since the last one, and no other. -#}
{%- set loads = ref('base_tokenhouse__visible_loads') -%}
{%- set is_known = execute and load_relation(loads) is not none -%}
{%- set new_entities = [] -%}
{%- if is_known -%}
    {%- for row in run_query('select distinct entity from ' ~ loads ~ ' where ' ~ is_outdated(['load_id'])).rows -%}
        {%- do new_entities.append(row[0]) -%}
    {%- endfor -%}
{%- endif -%}
{%- set searched = [] -%}
{%- for source_name, tables in logged_fields().items() if source_name in var('sources') -%}
    {%- for table_name, declared in tables.items() if table_name in new_entities or not is_known -%}
        {%- do searched.append((source_name, table_name, declared)) -%}
    {%- endfor -%}
{%- endfor -%}

with

loads as (

    select * from {{ ref('base_tokenhouse__visible_loads') }}
    where {{ is_outdated(['load_id']) }}

),

{% for source_name, table_name, declared in searched -%}
    {{ table_name }} as (

        {{ suspect_records(source_name, table_name, declared, 'loads') }}

    ),

    {% if loop.first -%}
        suspects as (

            {% for source_name, table_name, declared in searched -%}
                select
                    {{ table_name }}.load_id as load_id,
                    {{ table_name }}.entity as entity,
                    {{ table_name }}.source_file as source_file,
                    {{ table_name }}.line_number as line_number,
                    {{ table_name }}.run_key as run_key,
                    {{ table_name }}.date_order as date_order,
                    {{ table_name }}.is_dated as is_dated,
                    {{ table_name }}.undated_handling as undated_handling,
                    {{ table_name }}.suspect as suspect
                from {{ table_name }}
                {% if not loop.last %}
                    union all
                {% endif %}
            {%- endfor %}

        ),

        judged as (

            select
                *,
                suspect.1 as column_name,
                suspect.2 as kind,
                suspect.3 as logged_value,
                {{ read_timestamp('suspect.3', 'date_order') }} as moment,
                {{ data_issue_rule('kind', 'logged_value') }} as rule
            from suspects

        ),

    {% endif -%}
{%- endfor %}

-- A load is searched once: its row with line 0 says that it was.
searched_loads as (

    select
        load_id,
        entity,
        source_file,
        toUInt64(0) as line_number,
        '' as run_key,
        '' as column_name,
        toUInt64(1) as issue_number,
        '' as rule,
        '' as logged_value,
        '' as handling
    from loads

)

select * from searched_loads

{% if searched -%}
    union all

    select
        load_id,
        entity,
        source_file,
        line_number,
        run_key,
        column_name,
        -- A list may hold several such values, and a line several records.
        row_number() over (partition by load_id, line_number, column_name order by rule, logged_value) as issue_number,
        rule,
        logged_value,
        multiIf(
            kind in ('undated', 'clock', 'clock_s', 'clock_ms', 'clock_ns') and not is_dated, undated_handling,
            kind = 'end', 'replaced by the start, or by the last log',
            'unknown'
        ) as handling
    from judged
    where rule != ''
{%- endif %}
