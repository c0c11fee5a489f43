{{ config(order_by='(period_kind, scope_kind, scope_key, metric)') }}

{%- set test = var('trend_test') -%}

with

tests as (

    select * from {{ ref('int_trend_tests') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where is_newest

),

ranked as (

    select
        *,
        row_number() over (partition by period_kind, test = '' order by p_value, scope_id, metric) as p_rank,
        count() over (partition by period_kind, test = '') as test_count
    from tests

),

-- Benjamini-Hochberg over everything that is tested of a kind of period.
adjusted as (

    select
        *,
        min(least(1.0, p_value * (test_count / p_rank))) over (
            partition by period_kind, test = ''
            order by p_rank
            rows between current row and unbounded following
        ) as adjusted_p
    from ranked

)

select
    ----------  ids
    toLowCardinality(adjusted.scope_kind) as scope_kind,
    adjusted.scope_key as scope_key,
    adjusted.scope_id as scope_id,
    adjusted.period_kind as period_kind,
    adjusted.metric as metric,

    ----------  text
    toLowCardinality(unit) as unit,
    toLowCardinality(better) as better,
    toLowCardinality(direction) as direction,
    toLowCardinality(test) as test,

    ----------  numerics
    current_value,
    previous_value,
    change,
    change_pct,
    p_value,
    if(test = '', null, adjusted_p) as adjusted_p_value,
    change_low_pct,
    change_high_pct,

    ----------  booleans
    toBool(coalesce(abs({{ rounded('change_pct') }}) >= {{ test.significant_pct }}, false)) as is_significant,
    if(
        test = '',
        null,
        toBool(adjusted_p <= {{ test.false_discovery_rate }} and coalesce({{ rounded('effect') }} >= effect_floor, true))
    ) as is_beyond_chance,
    if(direction = 'stable' or better = 'neither', null, toBool((direction = 'up') = (better = 'higher'))) as is_good,

    ----------  dates
    periods.period_start_date as period_start_date,
    periods.period_last_date as period_last_date,
    assumeNotNull(periods.previous_start_date) as previous_start_date,
    assumeNotNull(periods.previous_last_date) as previous_last_date

from adjusted
inner join periods
    on adjusted.period_kind = periods.period_kind
