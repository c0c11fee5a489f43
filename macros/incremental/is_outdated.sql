{% macro is_outdated(keys, parent_keys=none) -%}
    {#- Condition of the rows that this incremental model does not have yet under these keys; all in a full refresh. -#}
    {%- if is_incremental() -%}
        {{ key_hash(parent_keys or keys) }} not in (select {{ key_hash(keys, 'present.') }} from {{ this }} as present)
    {%- else -%}
        1 = 1
    {%- endif -%}
{%- endmacro %}
