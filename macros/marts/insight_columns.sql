{% macro insight_columns(columns) -%}
    {#- The columns of `mart_insights` in order, with their types; by default under their own names. -#}
    {%- set types = {
        'finding_id': 'String', 'basis': 'LowCardinality(String)', 'rule_id': 'String', 'scope_kind': 'LowCardinality(String)',
        'scope_key': 'String', 'scope_id': 'String', 'workflow_id': 'String', 'organization_id': 'String',
        'subject_type': 'LowCardinality(String)', 'subject_id': 'String', 'type': 'LowCardinality(String)',
        'severity': 'LowCardinality(String)', 'category': 'LowCardinality(String)', 'title': 'String', 'description': 'String',
        'data': 'String', 'recommendations': 'Array(String)', 'drivers': 'Array(Tuple(`label` String, `change_usd` Float64, `share` Float64))',
        'evidence_run_ids': 'Array(String)', 'suppressed_by': 'String', 'current_value': 'Nullable(Float64)',
        'previous_value': 'Nullable(Float64)', 'change_pct': 'Nullable(Float64)', 'p_value': 'Nullable(Float64)',
        'adjusted_p_value': 'Nullable(Float64)', 'sample_size': 'UInt64', 'impact_usd': 'Nullable(Float64)', 'is_opportunity': 'Bool',
        'opportunity_type': 'LowCardinality(String)', 'current_cost_usd': 'Nullable(Decimal(38, 12))',
        'potential_savings_usd': 'Nullable(Decimal(38, 12))', 'net_savings_usd': 'Nullable(Decimal(38, 12))',
        'savings_pct': 'Nullable(Float64)', 'difficulty': 'LowCardinality(String)', 'estimate_basis': 'LowCardinality(String)',
        'first_seen_date': 'Date', 'period_kind': 'LowCardinality(String)', 'period_start_date': 'Date', 'period_last_date': 'Date',
    } -%}
    {%- for name, type in types.items() -%}
        cast({{ columns.get(name, name) }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
