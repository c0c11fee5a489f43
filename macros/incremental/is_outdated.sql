{% macro is_outdated(keys) -%}
    {#- Condition of the rows that this incremental model does not have yet under these keys; all in a full refresh. -#}
    {%- if is_incremental() -%}
        ({{ keys | join(', ') }}) not in (
            select
                {% for key in keys -%}
                    present.{{ key }}{{ ', ' if not loop.last }}
                {%- endfor %}
            from {{ this }} as present
        )
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}
