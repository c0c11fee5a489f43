{% macro coding_agents() -%}
    {#-
        Coding agents that tell of their model calls over OpenTelemetry: the scope of their spans and events, which
        events are calls (and of what kind, where an event has several), failed calls and tools, and what their
        counters count, by kind of token. `marks` are texts that only records of its calls have.
    -#}
    {{- return({
        'claude_code': {
            'scope': '^com\\\\.anthropic\\\\.claude_code',
            'marks': ['claude_code.api_request', '"api_request"', '"claude_code.llm_request"'],
            'calls': ['claude_code.api_request'],
            'failures': ['claude_code.api_error'],
            'tools': ['claude_code.tool_result'],
            'cost_metric': 'claude_code.cost.usage',
            'token_metric': 'claude_code.token.usage',
            'token_kinds': {
                'input': 'input_tokens', 'output': 'output_tokens', 'cacheRead': 'cache_read_tokens',
                'cacheCreation': 'cache_creation_tokens'
            }
        },
        'codex': {
            'scope': '^codex([_.]|$)',
            'marks': ['codex.sse_event'],
            'calls': ['codex.sse_event:response.completed'],
            'failures': [],
            'tools': ['codex.tool_result'],
            'token_metric': 'codex.turn.token_usage',
            'token_kinds': {
                'input': 'input_token_count', 'output': 'output_token_count', 'cached_input': 'cached_token_count',
                'cache_write_input': 'cache_write_token_count', 'reasoning_output': 'reasoning_token_count'
            }
        },
        'gemini_cli': {
            'scope': '^gemini-cli',
            'marks': ['gemini_cli.api_response'],
            'calls': ['gemini_cli.api_response'],
            'failures': ['gemini_cli.api_error'],
            'tools': ['gemini_cli.tool_call'],
            'token_metric': 'gemini_cli.token.usage',
            'token_kinds': {
                'input': 'input_token_count', 'output': 'output_token_count', 'cache': 'cached_content_token_count',
                'thought': 'thoughts_token_count', 'tool': 'tool_token_count'
            }
        },
        'qwen-code': {
            'scope': '^qwen-code',
            'marks': ['qwen-code.api_response'],
            'calls': ['qwen-code.api_response'],
            'failures': ['qwen-code.api_error'],
            'tools': ['qwen-code.tool_call'],
            'token_metric': 'qwen-code.token.usage',
            'token_kinds': {
                'input': 'input_token_count', 'output': 'output_token_count', 'cache': 'cached_content_token_count',
                'thought': 'thoughts_token_count', 'tool': 'tool_token_count'
            }
        }
    }) -}}
{%- endmacro %}
