{% macro pooled_scale(residual) -%}
    {#- Robust scale around zero; the prior scale where too few runs are in the pool. -#}
    if(
        count({{ residual }}) < {{ var('calibrated_pool_min_runs') }},
        {{ var('calibrated_prior_scale') }},
        1.4826 * assumeNotNull(quantileExact(0.5)(abs({{ residual }})))
    )
{%- endmacro %}
