{% macro insight_event(columns) -%}
    {#- The columns of one kind of event in `mart_insight_events`, in order; what a kind does not say is unknown or empty. -#}
    {%- set defaults = {
        'period_kind': 'periods.period_kind',
        'scope_kind': "'workflow'",
        'scope_key': "''",
        'metric': "''",
        'measure': "'value'",
        'subject_type': "'metric'",
        'subject_id': "''",
        'cause': "''",
        'run_ids': 'emptyArrayString()',
        'value': 'null',
        'current_value': 'null',
        'previous_value': 'null',
        'change_pct': 'null',
        'p_value': 'null',
        'sample_size': '1',
        'since_date': 'periods.period_last_date',
    } -%}
    {%- for name, default in defaults.items() -%}
        {%- set expression = columns.get(name, default) -%}
        {%- if name in ('value', 'current_value', 'previous_value', 'change_pct', 'p_value') -%}
            cast({{ expression }} as Nullable(Float64)) as {{ name }},
        {% elif name == 'sample_size' -%}
            toUInt64({{ expression }}) as {{ name }},
        {% elif name in ('run_ids', 'since_date') -%}
            {{ expression }} as {{ name }}{{ ',' if not loop.last }}
        {% else -%}
            toString({{ expression }}) as {{ name }},
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}
