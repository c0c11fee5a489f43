{{ config(order_by='(source, window_kind, window_start_at)') }}

with

windows as (

    select * from {{ ref('int_usage_windows') }}

),

limits as (

    select * from {{ ref('usage_limits') }}

),

known_days as (

    select * from {{ ref('int_daily_activity') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

-- The clock plays no part: now is the last call of the data.
as_of as (

    select max(calls.called_at) as as_of_at
    from calls
    where calls.called_date <= (select max(known_days.date) from known_days)

),

-- The newest limit that held when the window began.
window_limits as (

    select
        windows.source as source,
        windows.window_kind as window_kind,
        windows.window_start_at as window_start_at,
        argMax((limits.limit_tokens, limits.limit_usd), limits.valid_from) as newest,
        tupleElement(newest, 1) as limit_tokens,
        toDecimal128(tupleElement(newest, 2), 12) as limit_usd
    from windows
    inner join limits
        on
            windows.source = limits.source
            and windows.window_kind = limits.window_kind
    where limits.valid_from <= toDate(windows.window_start_at)
    group by
        source,
        window_kind,
        window_start_at

),

measured as (

    select
        windows.*,
        window_limits.limit_tokens as limit_tokens,
        window_limits.limit_usd as limit_usd,
        assumeNotNull((select as_of.as_of_at from as_of)) as as_of_at,
        toBool(as_of_at < windows.window_end_at) as is_active,
        dateDiff('millisecond', windows.first_called_at, windows.last_called_at) / 60000 as busy_minutes,
        {{ safe_ratio('windows.total_tokens', 'busy_minutes') }} as tokens_per_minute,
        {{ safe_ratio('toFloat64(windows.cost_usd) * 60', 'busy_minutes') }} as cost_per_hour_usd,
        if(
            is_active, dateDiff('millisecond', as_of_at, windows.window_end_at) / 60000, null
        ) as remaining_minutes,
        windows.total_tokens + tokens_per_minute * remaining_minutes as projected_total_tokens,
        toFloat64(windows.cost_usd) + cost_per_hour_usd / 60 * remaining_minutes as projected_cost_usd,
        (limit_tokens - windows.total_tokens) / tokens_per_minute as minutes_to_limit

    from windows
    left join window_limits
        on
            windows.source = window_limits.source
            and windows.window_kind = window_limits.window_kind
            and windows.window_start_at = window_limits.window_start_at

)

select
    ----------  ids
    toLowCardinality(source) as source,
    toLowCardinality(window_kind) as window_kind,

    ----------  arrays
    models,

    ----------  numerics
    run_count,
    call_count,
    uncached_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    total_tokens,
    cost_usd,
    busy_minutes,
    tokens_per_minute,
    cost_per_hour_usd,
    remaining_minutes,
    projected_total_tokens,
    projected_cost_usd,
    limit_tokens,
    limit_usd,
    {{ safe_ratio('total_tokens', 'limit_tokens') }} as limit_tokens_ratio,
    {{ safe_ratio('toFloat64(cost_usd)', 'limit_usd') }} as limit_usd_ratio,
    {{ safe_ratio('projected_total_tokens', 'limit_tokens') }} as projected_limit_tokens_ratio,
    {{ safe_ratio('projected_cost_usd', 'limit_usd') }} as projected_limit_usd_ratio,
    {{ safe_ratio('total_tokens', 'max(measured.total_tokens) over (partition by source, window_kind)') }} as largest_window_ratio,

    ----------  booleans
    is_active,

    ----------  timestamps
    window_start_at,
    window_end_at,
    first_called_at,
    last_called_at,
    if(
        is_active and minutes_to_limit > 0 and minutes_to_limit < remaining_minutes,
        addMilliseconds(as_of_at, toInt64(minutes_to_limit * 60000)),
        null
    ) as limit_reached_at

from measured
