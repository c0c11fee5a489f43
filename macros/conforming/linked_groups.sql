{% macro linked_groups(links, group_id) -%}
    {#-
        CTE `groups` over a CTE of rows `call_id, link`: who shares a link with one that shares a link … is
        of one group, named for its least call id. Every call takes the least id it can reach, until none
        changes any more. The query begins `with recursive`.
    -#}
    labelled_calls as (

        select
            call_id,
            link,
            call_id as {{ group_id }},
            toUInt8(1) as has_changed,
            toUInt32(0) as round

        from {{ links }}

        union all

        select
            changed.call_id,
            changed.link,
            changed.{{ group_id }},
            changed.has_changed,
            changed.round + 1 as round
        from (
            select
                call_id,
                link,
                next_group_id as {{ group_id }},
                round,
                max(next_group_id != grouped.{{ group_id }}) over () as has_changed
            from (
                select
                    *,
                    min(link_group_id) over (partition by call_id) as next_group_id
                from (
                    select
                        *,
                        min({{ group_id }}) over (partition by link) as link_group_id
                    from labelled_calls
                ) as linked
            ) as grouped
        ) as changed
        where changed.has_changed

    ),

    groups as (

        select
            call_id,
            argMax({{ group_id }}, round) as {{ group_id }}
        from labelled_calls
        group by call_id

    )
{%- endmacro %}
