{% macro forget_outdated(keys, parent, parent_keys=none, also=none) -%}
    {#-
        Pre-hook: deletes the rows whose keys the parent does not have any more, and others by a condition. With the
        insert that follows, a build that is cut off in between is repaired by the next one: what is missing is computed.
    -#}
    {% if is_incremental() %}
        delete from {{ this }}
        where
            {{ key_hash(keys) }} not in (select {{ key_hash(parent_keys or keys) }} from {{ ref(parent) }})
            {% if also %}or {{ also }}{% endif %}
    {% endif %}
{%- endmacro %}
