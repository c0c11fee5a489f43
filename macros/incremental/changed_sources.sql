{% macro changed_sources() -%}
    {#-
        The declared sources of which this model has to compute runs. The views of a source without any cost more to
        plan than the rest to compute. Before there are versions (dbt's parse, its unit tests): all.
    -#}
    {{- return(sources_of_runs(changed_run_versions(['read_by']))) -}}
{%- endmacro %}
