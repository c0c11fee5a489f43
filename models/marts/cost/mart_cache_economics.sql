{{ config(order_by='(period_kind, scope_kind, scope_key, period_start_date, model)') }}

with

days as (

    select * from {{ ref('int_cache_days') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

scoped_days as (

    select
        *,
        arrayJoin([
            ('total', ''), ('organization', organization_id), ('team', team_id), ('project', project), ('workflow', workflow_id)
        ]) as scope,
        arrayJoin({{ periods_of('date') }}) as period
    from days

),

summed as (

    select
        scope.1 as scope_kind,
        scope.2 as scope_key,
        period.1 as period_kind,
        period.2 as period_start_date,
        model,
        {% for column in ['call_count', 'unpriced_call_count', 'input_tokens', 'read_tokens', 'write_tokens',
            'unread_write_tokens', 'saved_usd', 'missed_usd'] -%}
            sum(scoped_days.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from scoped_days
    group by
        scope_kind,
        scope_key,
        period_kind,
        period_start_date,
        model

)

select
    ----------  ids
    toLowCardinality(summed.scope_kind) as scope_kind,
    summed.scope_key as scope_key,
    if(summed.scope_kind = 'total', 'total', concat(summed.scope_kind, ':', summed.scope_key)) as scope_id,
    periods.period_kind as period_kind,
    summed.model as model,

    ----------  numerics
    summed.call_count as call_count,
    summed.unpriced_call_count as unpriced_call_count,
    summed.input_tokens as input_tokens,
    summed.read_tokens as cache_read_tokens,
    summed.write_tokens as cache_write_tokens,
    summed.unread_write_tokens as unread_write_tokens,
    {{ safe_ratio('summed.read_tokens', 'summed.input_tokens') }} as cache_read_share,
    {{ safe_ratio('summed.unread_write_tokens', 'summed.write_tokens') }} as unread_write_share,
    cast(summed.saved_usd as Decimal(38, 12)) as saved_usd,
    cast(summed.missed_usd as Decimal(38, 12)) as missed_savings_usd,

    ----------  dates
    periods.period_start_date as period_start_date,
    periods.period_last_date as period_last_date

from summed
inner join periods
    on
        summed.period_kind = periods.period_kind
        and summed.period_start_date = periods.period_start_date
