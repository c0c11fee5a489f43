{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'hypothesis': 'String',
    'randomised_unit': 'String',
    'control_variant': 'String',
    'primary_metric': 'String',
    'guardrail_metrics': 'String',
    'planned_split': 'String',
    'started_at': 'String',
    'planned_end_at': 'String',
    'planned_units': 'Nullable(String)',
    'min_effect': 'Nullable(String)',
    'status': 'String',
    'owner': 'String',
    'decision': 'String',
    'updated_at': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'experiments') }}

),

parsed as (

    select
        _run_key as experiment_name,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.updated_at') }} as updated_at
    from records
    where _run_key != ''

),

-- A product writes an experiment again when it is edited or deleted: the last state counts.
latest as (

    select
        experiment_name,
        argMax(fields, (coalesce(parsed.updated_at, toDateTime64(0, 3, 'UTC')), load_order)) as experiment,
        max(parsed.updated_at) as last_updated_at
    from parsed
    group by experiment_name

)

select
    experiment_name,
    experiment.hypothesis as hypothesis,
    lower(experiment.randomised_unit) as randomised_unit,
    experiment.control_variant as control_variant,
    experiment.primary_metric as primary_metric,
    arrayStringConcat({{ text_list('experiment.guardrail_metrics') }}, ';') as guardrail_metrics,
    experiment.planned_split as planned_split,
    {{ parse_timestamp('experiment.started_at') }} as started_at,
    {{ parse_timestamp('experiment.planned_end_at') }} as planned_end_at,
    {{ parse_count('experiment.planned_units') }} as planned_units,
    {{ parse_number('experiment.min_effect') }} as min_effect,
    lower(experiment.status) as status,
    experiment.owner as owner,
    experiment.decision as decision,
    last_updated_at as updated_at
from latest
