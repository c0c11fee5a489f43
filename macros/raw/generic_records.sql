{% macro generic_records(table_name) -%}
    {#-
        The visible records of a table of generic logs. Of a tool's run whose files say how far they go, only those of the
        file that goes farthest: its others hold an older state of the same run.
    -#}
    select *
    from ({{ visible_records('generic', table_name) }}) as visible
    where (visible._run_key, visible._load_id) not in (
        select (places._run_key, places._load_id)
        from (
            select
                states._run_key as _run_key,
                states._load_id as _load_id,
                row_number() over (
                    partition by states._run_key
                    order by states.run_state desc, states.load_order desc
                ) as place
            from (
                select
                    logged._run_key as _run_key,
                    logged._load_id as _load_id,
                    max(JSONExtractString(logged.record, 'run_state')) as run_state,
                    max(logged.load_order) as load_order
                from ({{ visible_records('generic', table_name) }}) as logged
                where
                    logged._load_id in (select tools.load_id from ({{ sources_of_loads() }}) as tools where tools.source != 'generic')
                    and position(logged.record, '"run_state"') > 0
                group by
                    _run_key,
                    _load_id
            ) as states
        ) as places
        where places.place > 1
    )
{%- endmacro %}
