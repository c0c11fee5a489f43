{{ config(order_by='(source, window_kind, window_start_at)') }}

{%- set hours = var('usage_windows').hours %}
{%- set first_weekday = var('usage_windows').first_weekday %}

with

calls as (

    select * from {{ ref('int_calls') }}
    where is_billable

),

transcripts as (

    select source from {{ ref('source_precedence') }}
    where kind = 'transcript'

),

-- Calls of coding agents. The hour of a call, doubled, and one more if the call is not made at its very
-- beginning: a window ends with the first moment of the hour in which it ends.
agent_calls as (

    select
        *,
        toUInt32(
            2 * intDiv(toUnixTimestamp(called_at), 3600) + toUInt8(called_at > toStartOfHour(called_at))
        ) as hour_key
    from calls
    where source in (select transcripts.source from transcripts)

),

-- One window after the other: each begins with the hour of the first call that is after the end of the one
-- before.
source_windows as (

    select
        source,
        arraySort(groupUniqArray(hour_key)) as hour_keys,
        arrayFold(
            (starts, hour_key) -> if(
                empty(starts) or hour_key > 2 * (intDiv(starts[-1], 2) + {{ hours }}),
                arrayPushBack(starts, hour_key),
                starts
            ),
            hour_keys,
            emptyArrayUInt32()
        ) as start_keys
    from agent_calls
    group by source

),

windowed_hours as (

    select
        source,
        arrayJoin(hour_keys) as hour_key,
        arrayLast(start_key -> start_key <= hour_key, start_keys) as start_key
    from source_windows

),

window_calls as (

    select
        agent_calls.*,
        'block' as window_kind,
        toDateTime64(intDiv(windowed_hours.start_key, 2) * 3600, 3, 'UTC') as window_start_at,
        addHours(window_start_at, {{ hours }}) as window_end_at
    from agent_calls
    inner join windowed_hours
        on
            agent_calls.source = windowed_hours.source
            and agent_calls.hour_key = windowed_hours.hour_key

    union all

    select
        agent_calls.*,
        'week' as window_kind,
        toDateTime64(
            subtractDays(called_date, modulo(toDayOfWeek(called_date) + 7 - {{ first_weekday }}, 7)), 3, 'UTC'
        ) as window_start_at,
        addWeeks(window_start_at, 1) as window_end_at
    from agent_calls

)

select
    window_calls.source as source,
    window_calls.window_kind as window_kind,
    window_calls.window_start_at as window_start_at,
    any(window_calls.window_end_at) as window_end_at,
    min(window_calls.called_at) as first_called_at,
    max(window_calls.called_at) as last_called_at,
    uniqExact(window_calls.run_id) as run_count,
    sum(window_calls.logged_call_count) as call_count,
    arraySort(groupUniqArray(window_calls.model)) as models,
    {{ sum_of_tokens('window_calls.uncached_input_tokens') }} as uncached_input_tokens,
    {{ sum_of_tokens('window_calls.cache_read_tokens') }} as cache_read_tokens,
    {{ sum_of_tokens('window_calls.cache_write_5m_tokens') }} as cache_write_5m_tokens,
    {{ sum_of_tokens('window_calls.cache_write_1h_tokens') }} as cache_write_1h_tokens,
    {{ sum_of_tokens('window_calls.output_tokens') }} as output_tokens,
    uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens as total_tokens,
    {{ sum_of_costs('window_calls.cost_usd') }} as cost_usd
from window_calls
group by
    source,
    window_kind,
    window_start_at
