with

records as (

    {% for table_name in ['generic_calls', 'generic_runs'] -%}
        select
            _run_key,
            _load_id,
            _loaded_at,
            cityHash64('{{ table_name }}', _load_id, _line_number) as row_hash
        from ({{ visible_records('generic', table_name) }})
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}

),

load_sources as (

    {{ sources_of_loads() }}

)

select
    load_sources.source as source,
    records._run_key as run_key,
    sum(records.row_hash) as row_version,
    max(records._loaded_at) as last_loaded_at
from records
inner join load_sources
    on records._load_id = load_sources.load_id
group by source, run_key
