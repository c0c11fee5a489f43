{{ config(
    enabled='otel' in var('sources'),
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(run_key, span_id)',
) }}

{%- set logged = [
    'parent_span_id', 'record_kind', 'span_name', 'span_kind', 'scope_name', 'scope_version', 'resource_attributes', 'attributes',
    'events', 'status_code', 'status_message', 'duration_ms', 'is_gen_ai', 'started_at'
] -%}
{%- set bases = ['base_otel__file_spans', 'base_otel__file_events', 'base_otel__file_metrics'] -%}
{%- if var('otel_traces_table') != '' -%}{%- do bases.append('base_otel__exported_spans') -%}{%- endif %}

with

changed_runs as (

    {{ changed_run_versions() }}

),

changed_keys as (

    select run_key
    from changed_runs
    where source = 'otel'

),

records as (

    {% for base in bases -%}
        select
            run_key,
            trace_id,
            span_id,
            {{ logged | join(', ') }}
        from {{ ref(base) }}
        where run_key in (select changed_keys.run_key from changed_keys)
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}

),

-- A span that was exported or loaded again comes again; of two versions the one that says more counts.
deduplicated as (

    select
        run_key,
        trace_id,
        span_id,
        argMax(
            ({{ logged | join(', ') }}),
            (length(attributes), coalesce(duration_ms, -1), toString(attributes), started_at)
        ) as span
    from records
    group by
        run_key,
        trace_id,
        span_id

),

named as (

    select
        run_key,
        trace_id,
        span_id,
        {% for name in logged -%}
            span.{{ loop.index }} as {{ 'logged_' ~ name if name in ('parent_span_id', 'span_kind', 'status_code') else name }},
        {% endfor -%}
        if(attributes['user.id'] != '', attributes['user.id'], resource_attributes['user.id']) as user_id,
        if(startsWith(run_key, 'metrics/'), splitByChar('/', run_key)[2], '') as counting_agent,
        -- A trace without a span of LLM work is the application's own business.
        max(is_gen_ai) over (partition by run_key) as has_gen_ai,
        max(
            record_kind != 'metric'
            and (attributes['gen_ai.operation.name'] = 'chat' or endsWith(attributes['span.type'], 'llm_request'))
        ) over (partition by run_key) as has_calls

    from deduplicated

)

select
    ----------  ids
    'otel' as source,
    run_key,
    changed_runs.run_version as run_version,
    trace_id,
    span_id,
    if(logged_parent_span_id = span_id, '', logged_parent_span_id) as parent_span_id,

    ----------  text
    record_kind,
    span_name,
    replaceOne(
        transform(
            lower(logged_span_kind),
            ['0', '1', '2', '3', '4', '5'],
            ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'],
            lower(logged_span_kind)
        ),
        'span_kind_',
        ''
    ) as span_kind,
    scope_name,
    scope_version,
    replaceOne(lower(logged_status_code), 'status_code_', '') as status,
    status_message,

    ----------  maps
    resource_attributes,
    attributes,
    {{ otel_facts('attributes') }} as facts,
    {{ otel_counts('facts') }} as counts,
    events,

    ----------  numerics
    duration_ms,

    ----------  booleans
    is_gen_ai,

    ----------  timestamps
    started_at

from named
inner join changed_runs
    on
        changed_runs.source = 'otel'
        and named.run_key = changed_runs.run_key
left join {{ ref('base_otel__covered_days') }} as covered_days
    on
        named.counting_agent = covered_days.agent
        and toDate(named.started_at) = covered_days.covered_date
where
    has_gen_ai
    -- Counters count only where no event or span has the calls of the same session, or user and day. Where either
    -- does not say whose it is, it may be anybody's.
    and not (
        record_kind = 'metric'
        and (has_calls or hasAny(covered_days.user_ids, if(user_id = '', covered_days.user_ids, ['', user_id])))
    )
