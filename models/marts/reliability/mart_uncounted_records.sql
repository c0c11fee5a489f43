{{ config(order_by='(source, record_kind, name)') }}

with

run_versions as (

    select * from {{ ref('int_run_versions') }}

),

calls as (

    select * from {{ ref('int_calls__unioned') }}

),

evaluations as (

    select * from {{ ref('int_evaluations__unioned') }}

),

jobs as (

    select * from {{ ref('int_jobs') }}

),

registered_models as (

    select * from {{ ref('int_models') }}

),

-- A rating, a job and a registered model have keys of their own, and hold no calls. A run's version is its own, too, and
-- of a million runs faster to compare than source and key.
counted as (

    {% for entity in ['calls', 'evaluations', 'jobs', 'registered_models'] -%}
        select run_version from {{ entity }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{% if 'otel' in var('sources') -%}
    unknown_scopes as (  -- noqa: ST03

        select * from {{ ref('stg_otel__unknown_scopes') }}

    ),

{% endif -%}
runs_without_calls as (

    select
        source,
        count() as run_count,
        min(run_key) as example
    from run_versions
    where
        run_version not in (select counted.run_version from counted)
        -- Counters of a day that events cover are no run of their own; unknown metrics are below.
        and not (source = 'otel' and startsWith(run_key, 'metrics/'))
    group by source

)

select
    source,
    'run' as record_kind,
    '' as name,
    run_count as record_count,
    toUInt64(0) as hinting_count,
    example,
    concat(toString(run_count), if(run_count = 1, ' run of ', ' runs of '), source, ' without a model call') as finding
from runs_without_calls

{% if 'otel' in var('sources') -%}
    union all

    select
        'otel' as source,
        record_kind,
        scope_name as name,
        record_count,
        hinting_count,
        toString(example_file) as example,
        concat(
            toString(record_count),
            ' ',
            record_kind,
            if(record_count = 1, '', 's'),
            if(record_kind = 'data point', ' of metric ', ' of scope '),
            if(scope_name = '', 'without a name', scope_name),
            ' carried no usage that is known'
        ) as finding
    from unknown_scopes
{%- endif %}
