{% macro charge_days() -%}
    {#-
        The days of which there are charges, each with a version of what its charges follow from: the facts of its calls. Of
        all calls two numbers are read.
    -#}
    select
        calls.called_date as date,
        cityHash64(date, sum(calls.row_version)) as charges_version
    from {{ ref('fct_calls') }} as calls
    where calls.called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)
    group by date
{%- endmacro %}
