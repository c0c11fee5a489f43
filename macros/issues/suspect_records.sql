{% macro suspect_records(source_name, table_name, declared, loads) -%}
    {#- A row per value of a raw table's new loads that may be outside its domain; of records without a time one too. -#}
    {%- set clocks = {'clock': none, 'clock_s': 1, 'clock_ms': 1000, 'clock_ns': 1000000000} -%}
    {%- set paths = {'date_order': 'String'} -%}
    {%- for kind, names in declared.items() if kind not in ('undated', 'undated_if', 'ends', 'ends_ns', 'attributes', 'dropped') -%}
        {%- for name in names -%}
            {%- do paths.update({name.split('[]')[0]: 'String'}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if 'attributes' in declared -%}
        {%- do paths.update({'item.attributes': 'Array(Tuple(key String, value String))'}) -%}
    {%- endif -%}
    {%- if 'dropped' in declared -%}
        {%- do paths.update({'dropped': 'Array(Tuple(key String, value String))'}) -%}
    {%- endif -%}
    {%- set moments = [] -%}
    {%- for kind, units_per_second in clocks.items() -%}
        {%- for name in declared.get(kind, []) -%}
            {%- do moments.append({'name': name, 'is_good': 'ifNull(' ~ moment_within('fields.' ~ name, units_per_second) ~ ', false)'}) -%}
        {%- endfor -%}
    {%- endfor -%}
    select
        _load_id as load_id,
        '{{ table_name }}' as entity,
        _source_file as source_file,
        _line_number as line_number,
        _run_key as run_key,
        JSONExtract(record, '{{ json_type(paths) }}') as fields,
        fields.date_order as date_order,
        {{ moments | map(attribute='is_good') | join(' or ') or 'true' }} as is_dated,
        '{{ declared.undated | default("unknown") }}' as undated_handling,
        arrayJoin(arrayConcat(
            {% if 'undated' in declared -%}
                if(
                    concat(fields.{{ moments | map(attribute='name') | join(', fields.') }}, '') in ('', 'null', '0') and {{ declared.get('undated_if', 'true') }},
                    [('{{ moments[0].name }}', 'undated', '')],
                    []
                ),
            {% endif -%}
            {{ suspect_values(declared) }}
        )) as suspect
    from {{ source(source_name, table_name) }}
    where _load_id in (select load_id from {{ loads }})
{%- endmacro %}
