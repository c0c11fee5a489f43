{{ config(enabled='otel' in var('sources')) }}

{#- What the counters of coding agents count, by metric and kind of token. -#}
{%- set measures = {} -%}
{%- for agent in coding_agents().values() -%}
    {%- if agent.cost_metric -%}{%- do measures.update({agent.cost_metric: 'cost_usd'}) -%}{%- endif -%}
    {%- for kind, measure in agent.token_kinds.items() -%}
        {%- do measures.update({agent.token_metric ~ ':' ~ kind: measure}) -%}
    {%- endfor -%}
{%- endfor %}

with

records as (

    {{ visible_records('otel', 'otel_records') }}

),

parsed as (

    select
        _run_key as run_key,
        {{ json_fields({
            'resource': 'Tuple(attributes Array(Tuple(key String, value String)))',
            'scope': 'Tuple(name String, version String)',
            'metric': 'Tuple(name String, temporality String)',
            'item': 'Tuple(
                startTimeUnixNano String,
                timeUnixNano String,
                asDouble String,
                asInt String,
                sum String,
                attributes Array(Tuple(key String, value String))
            )'
        }) }} as fields,
        {{ otlp_attributes('fields.item.attributes') }} as attributes,
        fields.metric.temporality in ('2', 'AGGREGATION_TEMPORALITY_CUMULATIVE') as is_running_sum,
        coalesce(nullIf(attributes['token_type'], ''), attributes['type']) as token_kind,
        transform(
            concat(fields.metric.name, if(token_kind = '' or fields.metric.name like '%cost%', '', concat(':', token_kind))),
            ['{{ measures.keys() | join("', '") }}'],
            ['{{ measures.values() | join("', '") }}'],
            ''
        ) as measure,
        {{ exact(in_domain("toFloat64OrNull(coalesce(nullIf(fields.item.asDouble, ''), nullIf(fields.item.asInt, ''), fields.item.sum))", 'units')) }} as logged_amount,
        assumeNotNull(toInt64OrNull(fields.item.timeUnixNano)) as point_ns

    from records
    where startsWith(record, '{"kind":"point"')

),

-- A point that was exported again comes again.
points as (

    select
        run_key,
        measure,
        attributes,
        fields.item.startTimeUnixNano as series_start,
        point_ns,
        any(parsed.fields.resource.attributes) as logged_resource,
        any(parsed.fields.scope) as scope,
        any(parsed.is_running_sum) as is_running_sum,
        assumeNotNull(max(logged_amount)) as amount,
        splitByChar('.', any(fields.metric.name))[1] as agent,
        toDate(fromUnixTimestamp64Nano(point_ns, 'UTC')) as point_date
    from parsed
    where
        measure != ''
        and logged_amount is not null
        and {{ plausible_time("fromUnixTimestamp64Nano(point_ns, 'UTC')") }} is not null
    group by run_key, measure, attributes, series_start, point_ns

),

-- Of a sum since a start only the growth since the point before is new; others say what is new themselves.
changes as (

    select
        *,
        amount - if(
            is_running_sum,
            -- The first has none before it: zero.
            any(amount) over (
                partition by run_key, measure, attributes, series_start
                order by point_ns
                rows between 1 preceding and 1 preceding
            ),
            0
        ) as change
    from points

),

daily as (

    select
        run_key,
        agent,
        changes.attributes['model'] as model,
        point_date,
        any(changes.logged_resource) as resource_pairs,
        any(changes.scope) as any_scope,
        any(changes.attributes) as point_attributes,
        sumMap(map(measure, change)) as amounts,
        min(point_ns) as first_ns,
        max(point_ns) as last_ns
    from changes
    group by run_key, agent, model, point_date

)

select
    ----------  ids
    run_key,
    '' as trace_id,
    lower(hex(sipHash64(run_key, agent, model, point_date))) as span_id,
    '' as parent_span_id,

    ----------  text
    'metric' as record_kind,
    agent as span_name,
    'internal' as span_kind,
    any_scope.name as scope_name,
    any_scope.version as scope_version,
    {{ otlp_attributes('resource_pairs') }} as resource_attributes,
    cast(mapConcat(
        mapFilter((name, value) -> name not in ('type', 'token_type', 'model'), point_attributes),
        map('gen_ai.operation.name', 'chat', 'coding_agent.model', model),
        mapApply((name, amount) -> (concat('coding_agent.', name), toString(amount)), amounts)
    ), 'Map(String, String)') as attributes,
    cast([], 'Array(Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String)))') as events,
    '' as status_code,
    '' as status_message,

    ----------  numerics
    cast(null as Nullable(Float64)) as duration_ms,

    ----------  booleans
    true as is_gen_ai,

    ----------  timestamps
    fromUnixTimestamp64Nano(first_ns, 'UTC') as started_at

from daily
