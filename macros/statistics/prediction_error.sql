{% macro prediction_error(actual, predicted) -%}
    {#- Document B's error: how far above the prediction, as a share of it; NULL without a prediction. -#}
    ({{ actual }} - {{ predicted }}) / {{ predicted }}
{%- endmacro %}
