{{ config(order_by='(period_kind, period_start_date)') }}

with

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

-- Kind of period, first day, last day of the calendar, and first day of the period before; none before `all`.
listed as (

    select
        as_of.*,
        arrayJoin(arrayConcat(
            [
                {% for days in [7, 30, 90] -%}
                    (
                        'last_{{ days }}d', last_complete_date - {{ days - 1 }}, last_complete_date,
                        toNullable(last_complete_date - {{ 2 * days - 1 }})
                    ),
                {% endfor -%}
                ('all', first_date, as_of_date, null)
            ],
            arrayMap(
                week -> (
                    'week',
                    toMonday(first_date) + 7 * week,
                    toMonday(first_date) + 7 * week + 6,
                    toNullable(toMonday(first_date) + 7 * week - 7)
                ),
                range(toUInt32(dateDiff('week', toMonday(first_date), as_of_date)) + 1)
            ),
            arrayMap(
                month -> (
                    'month',
                    addMonths(toStartOfMonth(first_date), month),
                    addMonths(toStartOfMonth(first_date), month + 1) - 1,
                    toNullable(addMonths(toStartOfMonth(first_date), month - 1))
                ),
                range(toUInt32(dateDiff('month', first_date, as_of_date)) + 1)
            )
        )) as period
    from as_of

),

dated as (

    select
        *,
        period.2 as start_date,
        least(period.3, as_of_date) as last_date,
        toUInt16(last_date - start_date + 1) as days,
        toBool(period.3 <= last_complete_date) as is_over,
        -- Before the first day that a date can have there is none.
        if(period.4 < start_date, period.4, null) as previous_start_date,
        -- While a period is not over, it is compared with as many days of the one before.
        if(is_over, start_date - 1, least(assumeNotNull(previous_start_date) + days - 1, start_date - 1)) as known_previous_last_date
    from listed

)

select
    toLowCardinality(period.1) as period_kind,
    start_date as period_start_date,
    last_date as period_last_date,
    days,
    is_over as is_complete,
    -- Each kind's newest period.
    toBool(start_date = max(start_date) over (partition by period.1)) as is_newest,
    previous_start_date,
    if(previous_start_date is null, null, known_previous_last_date) as previous_last_date
from dated
