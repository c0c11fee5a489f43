{% macro logged_fields_of_tools() -%}
    {#- The part of `logged_fields` for the logs of gateways, tracers and observability tools. -#}
    {%- set left_out = 'quarantined' -%}
    {{- return({
        'otel': {
            'otel_records': {
                'clock_ns': ['item.startTimeUnixNano', 'item.timeUnixNano', 'item.observedTimeUnixNano'],
                'undated': left_out,
                'time_ns': ['item.endTimeUnixNano'],
                'ends_ns': [['item.startTimeUnixNano', 'item.endTimeUnixNano']],
                'attributes': {
                    'tokens': otel_names('input_tokens') + otel_names('output_tokens') + otel_names('cache_read_tokens')
                    + otel_names('cache_write_tokens') + otel_names('reasoning_tokens'),
                    'money': otel_names('cost_usd'),
                    'duration_ms': ['duration_ms']
                }
            }
        },
        'litellm': {
            'litellm_spend_logs': {
                'clock': ['startTime'],
                'undated': left_out,
                'time': ['endTime', 'completionStartTime'],
                'money': ['spend'],
                'tokens': ['prompt_tokens', 'completion_tokens'],
                'duration_ms': ['request_duration_ms'],
                'ends': [['startTime', 'endTime']]
            },
            'litellm_daily_spend': {
                'money': ['spend'],
                'tokens': ['prompt_tokens', 'completion_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
                'count': ['api_requests', 'successful_requests', 'failed_requests']
            }
        },
        'langfuse': {
            'langfuse_traces': {'time': ['timestamp']},
            'langfuse_observations': {
                'clock': ['startTime', 'start_time'],
                'undated': left_out,
                'time': ['endTime', 'end_time'],
                'tokens': ['promptTokens', 'completionTokens', 'inputUsage', 'outputUsage', 'usageDetails[]', 'usage_details[]'],
                'money': [
                    'calculatedTotalCost', 'totalCost', 'total_cost', 'costDetails[]', 'cost_details[]', 'providedCostDetails[]',
                    'provided_cost_details[]'
                ],
                'ends': [['startTime', 'endTime'], ['start_time', 'end_time']]
            },
            'langfuse_scores': {'clock': ['timestamp', 'createdAt', 'created_at'], 'undated': left_out}
        }
    }) -}}
{%- endmacro %}
