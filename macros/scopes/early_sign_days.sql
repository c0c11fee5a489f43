{% macro early_sign_days() -%}
    {#- The last of the days on which early signs are looked for, and the first, since when one may be said to last. -#}
    select
        last_complete_date as last_date,
        last_complete_date - {{ var('early_signs').look_back_days }} + 1 as first_date
    from {{ ref('int_as_of') }}
{%- endmacro %}
