{{ config(enabled='otel' in var('sources')) }}

with

records as (

    {{ visible_records('otel', 'otel_records') }}

),

-- Scopes stand near the beginning of a record: nothing is parsed to find them.
logged_scopes as (

    select
        transform(
            extract(record, '^\\{"kind":"(\\w+)"'), ['span', 'log', 'point'], ['span', 'log record', 'data point'], ''
        ) as record_kind,
        if(
            record_kind = 'data point',
            extract(record, '"metric":\\{"name":"([^"]*)"'),
            extract(record, '"scope":\\{"name":"([^"]*)"')
        ) as scope_name,
        count() as record_count,
        countIf(multiSearchAnyCaseInsensitive(record, {{ "['" ~ var('otel_usage_hints') | join("', '") ~ "']" }})) as hinting_count,
        any(_source_file) as example_file
    from records
    group by
        record_kind,
        scope_name

    {% if var('otel_traces_table') != '' -%}
        union all

        select
            'span' as record_kind,
            scope_name,
            count() as record_count,
            countIf(multiSearchAnyCaseInsensitive(
                toString(mapKeys(attributes)), {{ "['" ~ var('otel_usage_hints') | join("', '") ~ "']" }}
            )) as hinting_count,
            '' as example_file
        from {{ ref('base_otel__exported_spans') }}
        group by scope_name
    {%- endif %}

),

-- A scope is known by any record that is a call, tool or agent.
known_scopes as (

    select distinct
        transform(record_kind, ['span', 'event'], ['span', 'log record'], '') as record_kind,
        scope_name
    from {{ ref('stg_otel__operations') }}
    where span_role != ''

)

select
    record_kind,
    scope_name,
    record_count,
    hinting_count,
    example_file
from logged_scopes
where
    (record_kind, scope_name) not in (select (known_scopes.record_kind, known_scopes.scope_name) from known_scopes)
    -- An application logs and counts much that is no work of a model.
    and (record_kind = 'span' or hinting_count > 0)
    and not (
        record_kind = 'data point'
        and match(scope_name, '^({% for agent in coding_agents().values() %}{{ agent.token_metric }}|{{ agent.cost_metric or agent.token_metric }}{{ '|' if not loop.last }}{% endfor %})$')
    )
