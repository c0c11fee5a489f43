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


{% macro forget_outdated(keys, parent, parent_keys=none) -%}
    {#-
        Pre-hook: deletes the rows whose keys the parent does not have any more. With the insert that follows,
        a build that is cut off in between is repaired by the next one: what is missing is computed.
    -#}
    {% if is_incremental() %}
        delete from {{ this }}
        where ({{ keys | join(', ') }}) not in (
            select {{ (parent_keys or keys) | join(', ') }} from {{ ref(parent) }}
        )
    {% endif %}
{%- endmacro %}
