{% macro ended_features() -%}
    {#- The runs and metrics that later runs may look back to, each with a version of all that it is kept for. -#}
    select
        *,
        assumeNotNull(ended_at) as run_ended_at,
        {{ key_hash(['run_id', 'metric', 'history_version']) }} as row_version
    from {{ ref('prediction_features') }}
    where
        ended_at is not null
        and actual is not null
{%- endmacro %}
