{% macro sources_of_loads() -%}
    {#-
        Per load the source that its rows are of. What a tool's declaration translates into generic calls and runs
        keeps the tool's name; only what was loaded as generic is generic.
    -#}
    select
        load_id,
        any(if(source in ('', 'generic_calls', 'generic_runs'), 'generic', source)) as source
    from {{ source('tokenhouse', 'loads') }}
    group by load_id
{%- endmacro %}
