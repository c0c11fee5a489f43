{% macro cohort_fields() -%}
    {#- The columns of `dim_users` that a cohort's criteria may name, by what they hold. -#}
    {{- return({
        'number': [
            'run_count', 'conversation_count', 'message_count', 'active_days', 'cost_usd', 'total_tokens', 'avg_rating',
            'success_share', 'error_share', 'avg_latency_ms', 'avg_sentiment', 'days_since_last',
        ],
        'date': ['first_seen_at', 'last_seen_at', 'first_week'],
        'text': ['user_id', 'organization_id', 'team_id', 'primary_model'],
    }) -}}
{%- endmacro %}
