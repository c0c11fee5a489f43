{% macro qa_fields() -%}
    {#- Keys and types of document C's answer about quality, in its order. -#}
    total_qa_runs UInt64, qa_passed UInt64, qa_warning UInt64, qa_failed UInt64, qa_error UInt64, qa_not_run UInt64, pass_rate Float64
{%- endmacro %}
