{% macro ended_feature_days() -%}
    {#- The days on which runs ended that later runs may look back to, each with a version of all these. -#}
    select
        toDate(assumeNotNull(ended_at)) as ended_date,
        sum(history_version) as ended_version
    from {{ ref('prediction_features') }}
    where
        ended_at is not null
        and actual is not null
    group by ended_date
{%- endmacro %}
