{% macro mart_version() -%}
    {#- As code_version, for the marts: they read what the other two stand for. -#}
    {{- local_md5(code_version() ~ judgement_version() ~ hash_of_code(['marts'], ['analysis_version', 'prediction_alert_min_runs'])) -}}
{%- endmacro %}
