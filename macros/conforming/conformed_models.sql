{% macro conformed_models(entity, sources) -%}
    {#-
        The models that bring an entity, of some of the sources that are switched on. A source is added here, in the
        var `sources`, and nowhere else.
    -#}
    {%- set offered = {
        'calls': {
            'claude_code': ['int_calls__claude_code', 'int_calls__claude_code_results'],
            'codex': ['int_calls__codex', 'int_calls__codex_exec'],
            'cascade': ['int_calls__cascade'],
            'orchestrator': ['int_calls__orchestrator'],
            'pipelines': ['int_calls__pipelines'],
            'chat': ['int_calls__chat'],
            'otel': ['int_calls__otel'],
            'litellm': ['int_calls__litellm'],
            'langfuse': ['int_calls__langfuse'],
            'generic': ['int_calls__generic', 'int_calls__generic_runs']
        },
        'runs': {
            'claude_code': ['int_runs__claude_code'],
            'codex': ['int_runs__codex', 'int_runs__codex_exec'],
            'cascade': ['int_runs__cascade'],
            'orchestrator': ['int_runs__orchestrator'],
            'pipelines': ['int_runs__pipelines'],
            'chat': ['int_runs__chat'],
            'otel': ['int_runs__otel'],
            'litellm': ['int_runs__litellm'],
            'langfuse': ['int_runs__langfuse'],
            'generic': ['int_runs__generic']
        },
        'tool_calls': {
            'claude_code': ['int_tool_calls__claude_code'],
            'codex': ['int_tool_calls__codex'],
            'cascade': ['int_tool_calls__cascade'],
            'chat': ['int_tool_calls__chat'],
            'otel': ['int_tool_calls__otel'],
            'litellm': ['int_tool_calls__litellm'],
            'langfuse': ['int_tool_calls__langfuse'],
            'generic': ['int_tool_calls__generic']
        },
        'steps': {
            'pipelines': ['int_steps__pipelines'],
            'otel': ['int_steps__otel'],
            'langfuse': ['int_steps__langfuse']
        },
        'evaluations': {
            'orchestrator': ['int_evaluations__orchestrator'],
            'chat': ['int_evaluations__chat'],
            'otel': ['int_evaluations__otel'],
            'langfuse': ['int_evaluations__langfuse']
        },
        'conversations': {
            'chat': ['int_conversations__chat']
        },
        'messages': {
            'chat': ['int_messages__chat']
        },
        'jobs': {
            'orchestrator': ['int_jobs__orchestrator']
        },
        'spans': {
            'chat': ['int_spans__chat'],
            'otel': ['int_spans__otel'],
            'langfuse': ['int_spans__langfuse']
        },
        'traced_spans': {
            'otel': ['int_traced_spans__otel'],
            'langfuse': ['int_traced_spans__langfuse']
        },
        'models': {
            'chat': ['int_models__chat']
        }
    } -%}
    {%- set models = [] -%}
    {%- for source_name in sources -%}
        {%- do models.extend(offered[entity].get(source_name, [])) -%}
    {%- endfor -%}
    {{- return(models) -}}
{%- endmacro %}
