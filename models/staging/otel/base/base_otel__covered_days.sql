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
        extract(record, '"user\\.id"\\s*,\\s*"value"\\s*:\\s*\\{\\s*"stringValue"\\s*:\\s*"([^"]*)"') as user_id,
        JSONExtract(
            record, 'item', 'Tuple(startTimeUnixNano String, timeUnixNano String, observedTimeUnixNano String)'
        ) as times,
        arrayFirst(
            nanoseconds -> nanoseconds > 0,
            arrayMap(
                moment -> toInt64OrZero(moment),
                [times.startTimeUnixNano, times.timeUnixNano, times.observedTimeUnixNano]
            )
        ) as called_ns
    from records
    where
        not startsWith(record, '{"kind":"point"')
        and agent != ''
        and (select metrics.metric_count from metrics) > 0

)

select
    agent,
    toDate(fromUnixTimestamp64Nano(called_ns, 'UTC')) as covered_date,
    arraySort(groupUniqArray(user_id)) as user_ids
from calls
where called_ns > 0
group by agent, covered_date
