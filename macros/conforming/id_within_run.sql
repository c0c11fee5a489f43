{% macro id_within_run(run_key, own_id) -%}
    {#- An id that its log may give in several runs, so with its run; alone where it is the run's own. -#}
    if({{ own_id }} = {{ run_key }}, {{ id_part(own_id) }}, {{ joined_id([run_key, id_part(own_id)]) }})
{%- endmacro %}
