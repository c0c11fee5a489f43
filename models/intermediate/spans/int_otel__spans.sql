{{ config(
    enabled='otel' in var('sources'),
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(run_key, span_id)',
) }}

with

changed_runs as (

    {{ changed_run_versions() }}

),

changed_traces as (

    select run_key as trace_id
    from changed_runs
    where source = 'otel'

),

-- Kept as read: everything else about a trace reads this, without parsing the trace again.
spans as (

    select
        *,
        -- A trace without a span of LLM work is left out.
        max(is_gen_ai) over (partition by trace_id) as has_gen_ai

    from {{ ref('stg_otel__spans') }}
    where trace_id in (select changed_traces.trace_id from changed_traces)

)

select
    'otel' as source,
    spans.trace_id as run_key,
    changed_runs.run_version as run_version,
    -- What an agent or stage is called, not the instance or the operation before it.
    multiIf(
        spans.span_role != 'step', '',
        spans.agent_name != '', spans.agent_name,
        spans.workflow_name != '' and spans.operation_type = 'invoke_workflow', spans.workflow_name,
        spans.span_name
    ) as step_name,
    toBool(
        spans.input_tokens + spans.output_tokens + spans.cache_read_tokens + spans.cache_write_tokens > 0
        or coalesce(spans.logged_cost_usd, 0) > 0
    ) as has_usage,
    spans.* except (has_gen_ai)  -- noqa: AM04
from spans
inner join changed_runs
    on
        changed_runs.source = 'otel'
        and spans.trace_id = changed_runs.run_key
where spans.has_gen_ai
