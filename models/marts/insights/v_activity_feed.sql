{{ config(materialized='view') }}

with

called_models as (

    select * from {{ ref('dim_models') }}
    where call_count > 0

),

judged as (

    select * from {{ ref('v_judged_activity') }}

),

-- The last day with data, which a load or an export may be long after.
last_days as (

    select
        greatest(
            coalesce(max(toDate(called_models.last_called_at)), toDate(0)),
            (select max(toDate(judged.happened_at)) from judged)
        ) as last_date
    from called_models

),

experiments as (

    select
        experiment_name,
        any(status) as known_status,
        any(decision) as decision,
        min(first_started_at) as started_at,
        max(last_started_at) as ended_at
    from {{ ref('dim_experiments') }}
    group by experiment_name

),

events as (

    select * from judged

    union all

    select
        {{ activity({
            'kind': 'experiment_started', 'at': 'started_at', 'subject': 'experiment_name',
            'text': "concat('Experiment ', experiment_name, ' began')",
        }) }}
    from experiments

    union all

    select
        {{ activity({
            'kind': 'experiment_ended', 'at': 'ended_at', 'subject': 'experiment_name',
            'text': "concat('Experiment ', experiment_name, ' ended', if(decision = '', '', concat(': ', decision)))",
        }) }}
    from experiments
    where known_status = 'stopped'

    union all

    select
        {{ activity({
            'kind': 'model_first_used', 'at': 'assumeNotNull(first_called_at)', 'subject': "concat('model:', model)",
            'text': "concat(model, ' was called for the first time')",
        }) }}
    from called_models

    union all

    select
        {{ activity({
            'kind': 'model_deployed', 'at': 'assumeNotNull(deployed_at)', 'subject': "concat('model:', model)",
            'text': "concat(model, ' was deployed')",
        }) }}
    from {{ ref('dim_models') }}
    where deployed_at is not null

    union all

    select distinct
        {{ activity({
            'kind': 'price_changed', 'at': 'valid_from', 'subject': "concat('model:', model)",
            'text': "concat('The price of ', model, ' at ', provider, ' changed')",
        }) }}
    from {{ ref('model_prices') }}
    where
        model in (select called_models.model from called_models)
        and valid_from > (select toDate(min(called_models.first_called_at)) from called_models)

    union all

    select
        {{ activity({
            'kind': 'load', 'at': 'assumeNotNull(last_loaded_at)', 'subject': "concat('source:', source)",
            'text': "concat('Records of ', source, ' (', entity, ') were loaded')",
        }) }}
    from {{ ref('mart_source_loads') }}
    where last_loaded_at is not null

    union all

    select
        {{ activity({
            'kind': 'export', 'at': 'created_at', 'subject': 'export_id', 'text': "concat(file_name, ' was exported')", 'link': 'download_path',
        }) }}
    from {{ ref('mart_exports') }}

    union all

    select
        {{ activity({
            'kind': 'forecast_published', 'at': 'assumeNotNull(cutoff_date)', 'subject': 'unique_id',
            'text': "concat('Forecast of the cost: ', projection)",
        }) }}
    from {{ ref('mart_cost_projections') }}
    where
        unique_id = 'total'
        and cutoff_date is not null

)

-- Two alerts of a workflow may say the same of two runs at once; what is the same in everything is one.
select distinct
    lower(hex(sipHash128(kind, subject, happened_at, text, severity, link))) as event_id,
    kind,
    happened_at,
    subject,
    text,
    severity,
    link
from events
where toDate(happened_at) > (select last_days.last_date from last_days) - {{ var('activity_feed_days') }}
order by
    happened_at desc,
    event_id asc
