{% macro needed_by_days(completed_runs, days) -%}
    {#- Condition of the runs that runs of some days may look back to for a version: of those that ended before the first of the days, the last alone. -#}
    ended_at >= coalesce(
        (
            select maxOrNull(earlier.ended_at) from {{ ref(completed_runs) }} as earlier
            where earlier.ended_at < (select toDateTime64(min({{ days }}.date), 3, 'UTC') from {{ days }})
        ),
        toDateTime64(0, 3, 'UTC')
    )
{%- endmacro %}
