{{ config(enabled='otel' in var('sources')) }}

{%- set agents = coding_agents() %}

with

records as (

    {{ visible_records('otel', 'otel_records') }}

),

metrics as (

    select count() as metric_count
    from records
    where startsWith(_run_key, 'metrics/')

),

-- Read only where there are counters that need it: nobody else asks.
calls as (

    select
        multiIf(
            {% for agent, definition in agents.items() -%}
                multiSearchAny(record, ['{{ definition.marks | join("', '") }}']), '{{ agent }}',
            {% endfor -%}
            ''
        ) as agent,
        JSONExtract(record, 'item', 'Tuple(startTimeUnixNano String, timeUnixNano String)') as times,
        toInt64OrNull(if(times.startTimeUnixNano = '', times.timeUnixNano, times.startTimeUnixNano)) as called_ns
    from records
    where
        not startsWith(record, '{"kind":"point"')
        and agent != ''
        and (select metrics.metric_count from metrics) > 0

)

select distinct
    agent,
    toDate(fromUnixTimestamp64Nano(assumeNotNull(called_ns), 'UTC')) as covered_date
from calls
where called_ns is not null
