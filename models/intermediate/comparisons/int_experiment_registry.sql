{{ config(order_by='experiment_name') }}

{%- set columns = [
    'experiment_name', 'hypothesis', 'randomised_unit', 'control_variant', 'primary_metric', 'guardrail_metrics',
    'planned_split', 'started_at', 'planned_end_at', 'planned_units', 'min_effect', 'status', 'owner', 'decision',
    'updated_at',
] -%}

with

-- Registered in the seed, or by a product that writes them.
registered as (

    {% for relation in [ref('experiments')] + ([ref('stg_chat__experiments')] if 'chat' in var('sources') else []) -%}
        select
            {{ columns | join(',\n            ') }}
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

newest as (

    select
        *,
        row_number() over (
            partition by experiment_name
            order by coalesce(updated_at, toDateTime64(0, 3, 'UTC')) desc, status asc, decision asc
        ) as recency
    from registered

)

select
    experiment_name,
    hypothesis,
    randomised_unit,
    control_variant,
    primary_metric,
    arrayFilter(
        metric -> metric != '',
        splitByChar(';', replaceRegexpAll(newest.guardrail_metrics, '[ ,;]+', ';'))
    ) as guardrail_metrics,
    toBool(lower(newest.planned_split) = 'equal') as is_split_equal,
    -- The planned share of each variant, written as `control=0.5;b=0.5` or as JSON.
    mapFromArrays(
        arrayMap(pair -> trimBoth(pair[1]), extractAllGroupsVertical(newest.planned_split, '([^=;:,"{}]+)"?\\s*[=:]\\s*"?([0-9.]+)') as pairs),
        arrayMap(pair -> toFloat64OrZero(pair[2]), pairs)
    ) as planned_split,
    started_at,
    planned_end_at,
    planned_units,
    min_effect,
    status,
    owner,
    decision
from newest
where recency = 1
