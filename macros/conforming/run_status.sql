{% macro run_status(text, ended_at) -%}
    {#- What logs call the state of a run or job, in one word each; without a word its end decides. -#}
    multiIf(
        lower({{ text }}) in ('completed', 'complete', 'success', 'succeeded', 'successful', 'done', 'finished', 'ok'), 'completed',
        lower({{ text }}) in ('failed', 'failure', 'error', 'errored', 'timeout', 'timed_out'), 'failed',
        lower({{ text }}) in ('cancelled', 'canceled', 'aborted', 'stopped', 'killed'), 'cancelled',
        lower({{ text }}) in ('running', 'in_progress', 'started', 'executing', 'active'), 'running',
        lower({{ text }}) in ('queued', 'pending', 'waiting', 'scheduled', 'created'), 'queued',
        {{ text }} != '', lower({{ text }}),
        {{ ended_at }} is null, 'running',
        'completed'
    )
{%- endmacro %}
