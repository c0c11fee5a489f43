{% macro logged_fields() -%}
    {#-
        What the records of each raw table hold that has a domain, by source, table and kind: dotted paths, with `[]` for
        each member of a list or map. `clock` are the moments that date a record, of which one is enough, and `undated` what
        becomes of a record without, if it needs one (`undated_if`, where the fields under `text` are known too); `ends` are
        pairs of a start and its end, and `dropped` says that a record lists what its translator could not read. A table that is not here is not searched.
    -#}
    {%- set counts = ['input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'output_tokens', 'reasoning_tokens'] -%}
    {%- set left_out = 'quarantined' -%}
    {%- set sources = {
        'claude_code': {
            'claude_code_lines': {
                'clock': ['timestamp'],
                'undated': left_out,
                'undated_if': "fields.type = 'assistant' and fields.sessionId != ''",
                'text': ['type', 'sessionId'],
                'money': ['costUSD', 'total_cost_usd'],
                'duration_ms': ['durationMs'],
                'tokens': [
                    'message.usage.input_tokens', 'message.usage.cache_read_input_tokens', 'message.usage.cache_creation_input_tokens',
                    'message.usage.output_tokens', 'message.usage.cache_creation.ephemeral_5m_input_tokens',
                    'message.usage.cache_creation.ephemeral_1h_input_tokens'
                ]
            }
        },
        'codex': {
            'codex_lines': {
                'clock': ['timestamp'],
                'undated': left_out,
                'undated_if': "fields.payload.type = 'token_count'",
                'text': ['payload.type'],
                'tokens': [
                    'payload.info.last_token_usage.input_tokens', 'payload.info.last_token_usage.cached_input_tokens',
                    'payload.info.last_token_usage.output_tokens', 'payload.info.last_token_usage.reasoning_output_tokens',
                    'payload.usage.input_tokens', 'payload.usage.cached_input_tokens', 'payload.usage.output_tokens',
                    'usage.input_tokens', 'usage.cached_input_tokens', 'usage.output_tokens'
                ]
            }
        },
        'cascade': {
            'unified_logs': {
                'clock': ['timestamp'],
                'undated': 'dated by the start of its session, else quarantined',
                'money': ['cost'],
                'tokens': ['tokens_in', 'tokens_out'],
                'duration_ms': ['duration_ms'],
                'count': ['candidate_index', 'reforge_step', 'content_chars'],
                'score': ['evaluator_score']
            },
            'cascade_sessions': {
                'clock': ['created_at'],
                'undated': 'dated by its logs, else quarantined',
                'time': ['completed_at'],
                'count': ['depth'],
                'ends': [['created_at', 'completed_at']]
            },
            'prompt_lineage': {'time': ['created_at'], 'count': ['candidate_index', 'generation']}
        },
        'orchestrator': {
            'orchestrator_runs': {
                'clock': ['started_at'],
                'undated': left_out,
                'time': ['finished_at'],
                'tokens': [
                    'total_tokens', 'models[].input_tokens', 'models[].prompt_tokens', 'models[].cached_input_tokens',
                    'models[].output_tokens', 'models[].completion_tokens', 'models[].total_tokens'
                ],
                'count': ['models[].calls'],
                'money': ['total_cost', 'models[].cost_usd', 'models[].total_cost'],
                'duration_ms': ['duration_seconds'],
                'ends': [['started_at', 'finished_at']]
            },
            'orchestrator_jobs': {
                'time': ['queued_at', 'created_at', 'started_at', 'finished_at', 'updated_at'],
                'ends': [['started_at', 'finished_at']]
            }
        },
        'pipelines': {
            'pipeline_executions': {
                'clock': ['started_at'],
                'undated': left_out,
                'time': ['completed_at', 'stages[].started_at', 'stages[].completed_at'],
                'tokens': ['stages[].input_tokens', 'stages[].cached_tokens', 'stages[].output_tokens', 'stages[].total_tokens'],
                'money': ['stages[].cost_usd', 'stages[].cost'],
                'duration_ms': ['duration_ms', 'stages[].duration_ms'],
                'ends': [['started_at', 'completed_at']]
            }
        },
        'chat': {
            'chat_messages': {
                'clock': ['created_at'],
                'undated': left_out,
                'time': ['updated_at'],
                'tokens': ['input_tokens', 'output_tokens'],
                'duration_ms': ['latency_ms']
            },
            'chat_conversations': {'clock': ['created_at'], 'undated': 'dated by its messages', 'time': ['updated_at']},
            'chat_evaluations': {'clock': ['created_at'], 'undated': left_out, 'time': ['updated_at'], 'rating': ['rating']},
            'chat_judgments': {'clock': ['created_at'], 'undated': left_out, 'score': ['score']},
            'chat_models': {'time': ['created_at', 'updated_at', 'metadata.deployed_at']},
            'chat_traces': {'clock': ['started_at', 'created_at'], 'undated': left_out, 'duration_ms': ['duration_ms']}
        },
        'generic': {
            'generic_calls': {
                'clock': ['called_at'],
                'clock_ms': ['called_at_ms'],
                'clock_s': ['called_at_s'],
                'undated': left_out,
                'duration_ms': ['duration_ms'],
                'tokens': counts,
                'money': ['cost_usd'],
                'score': ['evaluator_score'],
                'count': ['input_chars'],
                'dropped': true
            },
            'generic_runs': {
                'clock': ['ended_at'],
                'undated': left_out,
                'time': ['started_at'],
                'duration_ms': ['duration_ms'],
                'tokens': counts,
                'money': ['cost_usd'],
                'score': ['quality_score'],
                'count': ['input_chars', 'step_count', 'call_count', 'error_count'],
                'ends': [['started_at', 'ended_at']],
                'dropped': true
            },
            'generic_usage_reports': {
                'clock': ['began_at'],
                'undated': left_out,
                'money': ['cost_usd'],
                'tokens': ['original.input_tokens', 'original.uncached_input_tokens', 'original.cache_read_input_tokens', 'original.output_tokens'],
                'count': ['original.num_model_requests', 'original.requests']
            }
        }
    } -%}
    {{- return(dict(sources, **logged_fields_of_tools())) -}}
{%- endmacro %}
