{% macro as_of_fit(metric, size) -%}
    {#-
        Moments of a metric's logarithm and of the size that explains it, over the window `earlier_runs`;
        runs without the metric do not count.
    -#}
    count({{ metric }}) over earlier_runs as {{ metric }}_run_count,
    avg({{ metric }}) over earlier_runs as {{ metric }}_avg,
    avg({{ size }} + 0 * {{ metric }}) over earlier_runs as {{ metric }}_size_avg,
    varPopStable({{ size }} + 0 * {{ metric }}) over earlier_runs as {{ metric }}_size_var,
    avg({{ size }} * {{ metric }}) over earlier_runs as {{ metric }}_product_avg
{%- endmacro %}
