{{ config(order_by='(budget_id, period_start_date)') }}

{%- set colours = var('budget_colours_pct') -%}

with

periods as (

    select * from {{ ref('int_budget_periods') }}

),

-- The newest forecast that was made in the period.
outlooks as (

    select * from {{ ref('int_budget_outlooks') }}
    order by cutoff_date desc
    limit 1 by budget_id, period_start_date

),

progress as (

    select
        periods.*,
        assumeNotNull(periods.amount_usd) as amount,
        periods.amount_usd - periods.spent_usd as remaining_usd,
        {{ safe_ratio('periods.spent_usd', 'amount') }} as progress_share,
        toInt32(floor(toDecimal256(periods.spent_usd, 12) * 100 / amount)) as percent,
        periods.elapsed_days / periods.period_days as elapsed_share,
        multiIf(
            periods.is_closed, 'closed',
            outlooks.budget_id != '', 'forecast',
            periods.elapsed_days >= {{ var('budget_min_elapsed_days') }}, 'pace',
            'too_early'
        ) as basis,
        multiIf(
            basis = 'closed', toFloat64(periods.spent_usd),
            basis = 'forecast', toFloat64(periods.spent_usd) + outlooks.remaining_usd,
            basis = 'pace', toFloat64(periods.spent_usd) / elapsed_share,
            null
        ) as expected_usd,
        multiIf(
            basis = 'closed', toFloat64(periods.spent_usd),
            basis = 'forecast', toFloat64(periods.spent_usd) + outlooks.remaining_lo_80_usd,
            null
        ) as expected_lo_80_usd,
        multiIf(
            basis = 'closed', toFloat64(periods.spent_usd),
            basis = 'forecast', toFloat64(periods.spent_usd) + outlooks.remaining_hi_80_usd,
            null
        ) as expected_hi_80_usd,
        -- What is expected to have been spent by the end of each day to come.
        if(basis = 'forecast', arrayMap(
            (day, total) -> (day.1, toFloat64(periods.spent_usd) + total),
            outlooks.remaining_days,
            arrayCumSum(outlooks.remaining_days.2)
        ), []) as expected_days,
        arrayFilter(
            threshold -> periods.spent_usd * 100 >= toDecimal128(amount, 12) * threshold,
            periods.thresholds_pct
        ) as crossed,
        arrayFirstOrNull(threshold -> not has(crossed, threshold), periods.thresholds_pct) as next_threshold,
        tupleElement(arrayFirst(day -> day.2 >= amount, periods.spent_days), 1) as crossed_date,
        tupleElement(arrayFirst(day -> day.2 >= toFloat64(amount), expected_days), 1) as expected_date,
        tupleElement(arrayFirst(day -> day.2 >= toFloat64(amount) * next_threshold / 100, expected_days), 1) as threshold_date

    from periods
    left join outlooks
        on
            periods.budget_id = outlooks.budget_id
            and periods.period_start_date = outlooks.period_start_date

),

judged as (

    select
        *,
        multiIf(
            amount_usd is null, null,
            spent_usd >= amount, crossed_date,
            expected_date > toDate(0), expected_date,
            null
        ) as known_breach_date,
        multiIf(
            amount_usd is null, 'unknown',
            spent_usd >= amount, 'breached',
            expected_usd is null, 'unknown',
            {{ rounded('expected_usd') }} >= amount, 'likely',
            coalesce(expected_hi_80_usd, 0) >= amount, 'possible',
            'unlikely'
        ) as known_risk
    from progress

)

select
    ----------  ids
    budget_id,
    toLowCardinality(scope_kind) as scope_kind,
    scope_key,
    scope_id,
    toLowCardinality(period_kind) as period_kind,
    owner,

    ----------  text
    toLowCardinality(multiIf(
        amount_usd is null, '',
        spent_usd * 100 < amount * {{ colours.yellow }}, 'green',
        spent_usd * 100 < amount * {{ colours.red }}, 'yellow',
        'red'
    )) as colour,
    toLowCardinality(basis) as forecast_basis,
    toLowCardinality(known_risk) as risk,
    {{ budget_in_words() }} as explanation,

    ----------  numerics
    cast(amount_usd as Nullable(Decimal(38, 12))) as amount_usd,
    spent_usd,
    cast(remaining_usd as Nullable(Decimal(38, 12))) as remaining_usd,
    if(amount_usd is null, null, progress_share) as progress_share,
    if(amount_usd is null, null, percent) as progress_pct,
    elapsed_share,
    if(amount_usd is null, null, progress_share / elapsed_share) as pace_share,
    expected_usd as expected_end_usd,
    expected_lo_80_usd as expected_end_lo_80_usd,
    expected_hi_80_usd as expected_end_hi_80_usd,
    if(amount_usd is null, null, expected_usd - toFloat64(amount)) as overrun_usd,
    if(amount_usd is null, [], crossed) as crossed_thresholds,
    if(amount_usd is null, null, next_threshold) as next_threshold_pct,
    elapsed_days,
    period_days,

    ----------  booleans
    is_current,
    is_closed,

    ----------  dates
    known_breach_date as breach_date,
    if(amount_usd is null or next_threshold is null or threshold_date = toDate(0), null, threshold_date) as next_threshold_date,
    period_start_date,
    period_last_date

from judged
