{% macro agreement_in_words() -%}
    {#- How two judges agree, over the columns of `int_judge_pairs`. -#}
    concat(
        judge, ' and ', other_judge, ' agree on ', {{ fixed_decimals('agreement_share * 100', 1) }}, '% of ', toString(call_count),
        ' calls', if(kappa is null, '.', concat('; kappa ', {{ fixed_decimals('coalesce(kappa, 0)', 2) }}, '.'))
    )
{%- endmacro %}
