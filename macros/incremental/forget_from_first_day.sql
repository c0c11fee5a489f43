{% macro forget_from_first_day(parent_days) -%}
    {#-
        Pre-hook of a table that has each row's place in an order of ends: deletes what ended on the first day of which
        a row came, went or changed, and all after it, whose places may be others now.
    -#}
    {% if is_incremental() %}
        delete from {{ this }}
        where ended_date >= (
            select min(changed.ended_date)
            from (
                select ended_date
                from (
                    select * from ({{ parent_days }})
                    union all
                    select distinct
                        ended_date,
                        ended_version
                    from {{ this }}
                )
                group by
                    ended_date,
                    ended_version
                -- A day that is as it was is there twice.
                having count() = 1
            ) as changed
            having count() > 0
        )
    {% endif %}
{%- endmacro %}
