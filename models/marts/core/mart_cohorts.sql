{{ config(order_by='(cohort_kind, cohort_name, week_number)') }}

with

users as (

    select * from {{ ref('int_users') }}

),

cohort_members as (

    select * from {{ ref('int_cohort_members') }}

),

days as (

    select * from {{ ref('int_scope_days') }}
    where
        scope_kind = 'user'
        and scope_key != ''

),

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

members as (

    select
        cohort_name,
        'declared' as cohort_kind,
        cast(null as Nullable(Date)) as cohort_week,
        users.user_id as user_id,
        -- Every week of the history of its members.
        min(users.first_week) over (partition by cohort_name) as first_week
    from cohort_members
    inner join users
        on cohort_members.user_id = users.user_id
    union all
    select
        toString(first_week) as cohort_name,
        'first_week' as cohort_kind,
        toNullable(first_week) as cohort_week,
        user_id,
        first_week
    from users

),

-- Weeks in which nobody was active have a row too.
weeks as (

    select
        cohort_name,
        cohort_kind,
        cohort_week,
        count() as user_count,
        arrayJoin(range(toUInt32(dateDiff('week', first_week, any(as_of.as_of_date)) + 1))) as week_number,
        first_week + 7 * week_number as week_start_date,
        any(as_of.last_complete_date) as last_complete_date
    from members
    cross join as_of
    group by
        cohort_name,
        cohort_kind,
        cohort_week,
        first_week

),

active as (

    select
        members.cohort_name as cohort_name,
        members.cohort_kind as cohort_kind,
        toMonday(days.date) as week_start_date,
        uniqExactIf(members.user_id, days.run_count + days.call_count + days.message_count > 0) as active_user_count,
        sum(days.conversation_count) as conversation_count,
        sum(days.call_count) as message_count,
        sum(days.cost_usd) as cost_usd,
        sum(days.rating_sum) as rating_sum,
        sum(days.rating_count) as rating_count,
        sum(days.success_count) as success_count,
        sum(days.success_evaluation_count) as success_evaluation_count
    from members
    inner join days
        on members.user_id = days.scope_key
    group by
        cohort_name,
        cohort_kind,
        week_start_date

)

select
    ----------  ids
    weeks.cohort_name as cohort_name,
    toLowCardinality(weeks.cohort_kind) as cohort_kind,
    weeks.cohort_week as cohort_week,

    ----------  numerics
    weeks.week_number as week_number,
    weeks.user_count as user_count,
    active.active_user_count as active_user_count,
    {{ safe_ratio('active.active_user_count', 'weeks.user_count') }} as retention_share,
    active.conversation_count as conversation_count,
    active.message_count as message_count,
    active.cost_usd as cost_usd,
    {{ safe_ratio('active.rating_sum', 'active.rating_count') }} as avg_rating,
    {{ safe_ratio('active.success_count', 'active.success_evaluation_count') }} as success_share,

    ----------  booleans
    toBool(weeks.week_start_date + 6 <= weeks.last_complete_date) as is_complete,

    ----------  dates
    weeks.week_start_date as week_start_date

from weeks
left join active
    on
        weeks.cohort_name = active.cohort_name
        and weeks.cohort_kind = active.cohort_kind
        and weeks.week_start_date = active.week_start_date
