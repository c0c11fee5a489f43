{{ config(enabled='otel' in var('sources')) }}

{#- Texts by which records of coding agents are found. -#}
{%- set agent_marks = ['"com.anthropic.claude_code', 'claude_code.', '"codex.', '"gemini_cli.', '"qwen-code.'] -%}

-- Traces without a record of LLM work are no runs: a version would have them read at every build. The texts
-- are searched without parsing them, so a few traces too many are listed.
with

records as (

    {{ visible_records('otel', 'otel_records') }}

),

-- Counters without a session count for the days that nothing else tells of: they change with what does.
covered_days as (

    select
        agent,
        sum(cityHash64(covered_date, user_ids)) as version
    from {{ ref('base_otel__covered_days') }}
    group by agent

),

versions as (

    select
        _run_key as run_key,
        sum(cityHash64('otel_records', _load_id, _line_number, record)) as row_version,
        max(_loaded_at) as last_loaded_at
    from records
    group by run_key
    having max(multiSearchAny(record, ['{{ (gen_ai_marks() + agent_marks) | join("', '") }}']))

    {% if var('otel_traces_table') != '' -%}
        union all

        select
            run_key,
            sum(cityHash64(span_id, started_at, duration_ms, status_code)) as row_version,
            cast(null as Nullable(DateTime64(3, 'UTC'))) as last_loaded_at
        from {{ ref('base_otel__exported_spans') }}
        group by run_key
        having max(is_gen_ai)
    {%- endif %}

)

select
    versions.run_key as run_key,
    sum(versions.row_version) + any(covered_days.version) as row_version,
    max(versions.last_loaded_at) as last_loaded_at
from versions
left join covered_days
    on if(startsWith(versions.run_key, 'metrics/'), splitByChar('/', versions.run_key)[2], '') = covered_days.agent
group by run_key
