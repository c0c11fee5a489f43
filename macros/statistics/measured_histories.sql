{% macro measured_histories(placed_runs, columns, values, frame, condition='1 = 1') -%}
    {#-
        CTEs up to `measured_runs`: of the known values in a frame of each cohort's runs, by place, how many they are, their
        median, and the distance from it (`distance_from_median`). Each history is sorted once, and nothing is joined before
        it is measured: joined, it would be copied for every run.
    -#}
remembering_runs as (

    select
        {{ columns | join(', ') }},
    {% for value in values -%}
        groupArray({{ value }}) over history as {{ value }}_history{{ ',' if not loop.last }}
    {% endfor %}
    from {{ placed_runs }}
    window history as (
        partition by cohort_key
        order by place
        {{ frame }}
    )

),

sorted_runs as (

    select
        {{ columns | join(', ') }},
    {% for value in values -%}
        arraySort({{ value }}_history) as {{ value }}_history{{ ',' if not loop.last }}
    {% endfor %}
    from remembering_runs
    where {{ condition }}

),

measured_runs as (

    select
        {{ columns | join(', ') }},
    {% for value in values -%}
        toUInt32(length({{ value }}_history)) as {{ value }}_count,
        {{ median_of_sorted(value ~ '_history') }} as {{ value }}_median,
        {{ distance_from_median(value ~ '_history', value ~ '_median') }} as {{ value }}_distance{{ ',' if not loop.last }}
    {% endfor %}
    from sorted_runs

)
{%- endmacro %}
