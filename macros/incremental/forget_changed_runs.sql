{% macro forget_changed_runs() -%}
    {#-
        Deletes the rows of runs that changed or went. With the insert that follows, a build that is
        cut off in between is repaired by the next one: what is missing is what is computed.
    -#}
    {% if is_incremental() %}
        delete from {{ this }}
        where {{ key_hash(['run_version']) }} not in (
            select {{ key_hash(['run_version']) }} from {{ ref('int_run_versions') }}
        )
    {% endif %}
{%- endmacro %}
