{{ config(enabled='otel' in var('sources')) }}

-- Traces without a span of LLM work are no runs: a version would have them read at every build. The texts
-- are searched without parsing them, so a few traces too many are listed.
with

records as (

    {{ visible_records('otel', 'otel_spans') }}

),

versions as (

    select
        _run_key as run_key,
        sum(cityHash64('otel_spans', _load_id, _line_number)) as row_version
    from records
    group by run_key
    having max(multiSearchAny(record, ['"gen_ai.', '"llm.', '"openinference.', '"traceloop.', '"mcp.']))

    {% if var('otel_traces_table') != '' -%}
        union all

        select
            trace_id as run_key,
            sum(cityHash64(span_id, started_at, duration_ms, status_code)) as row_version
        from {{ ref('base_otel__exported_spans') }}
        group by run_key
        having max(is_gen_ai)
    {%- endif %}

)

select
    run_key,
    sum(versions.row_version) as row_version
from versions
group by run_key
