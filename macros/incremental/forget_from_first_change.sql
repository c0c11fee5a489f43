{% macro forget_from_first_change(parent_rows) -%}
    {#-
        Pre-hook of a table that has each row's place in an order of ends: deletes what ended with the first row
        that came, went or changed, and all after it, whose places may be others now.
    -#}
    {% if is_incremental() %}
        delete from {{ this }}
        where run_ended_at >= (
            select min(changed.run_ended_at)
            from (
                select present.run_ended_at as run_ended_at
                from {{ this }} as present
                where present.row_version not in (select known.row_version from ({{ parent_rows }}) as known)
                union all
                select known.run_ended_at as run_ended_at
                from ({{ parent_rows }}) as known
                where known.row_version not in (select present.row_version from {{ this }} as present)
            ) as changed
            having count() > 0
        )
    {% endif %}
{%- endmacro %}
