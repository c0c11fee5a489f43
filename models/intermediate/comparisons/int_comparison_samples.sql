{{ config(order_by='(comparison_kind, comparison_id, variant, metric)') }}

with

units as (

    select * from {{ ref('int_comparison_units') }}
    where not is_crossover

),

-- What each unit comes to in a metric: hits and trials, or a sum and how many it is of.
measured as (

    select
        comparison_kind,
        comparison_id,
        subject,
        variant,
        control_variant,
        unit_kind,
        first_date,
        last_date,
        arrayJoin([
            {% for metric, definition in comparison_metrics().items() -%}
                ('{{ metric }}', '{{ definition[0] }}', {{ definition[1] }}, {{ definition[2] }}){{ ',' if not loop.last }}
            {% endfor %}
        ]) as measure
    from units

),

-- Sorted, because sums of floats differ in the last digit with the order of the rows.
sampled as (

    select
        comparison_kind,
        comparison_id,
        subject,
        variant,
        control_variant,
        measure.1 as metric,
        any(measure.2) as metric_kind,
        any(unit_kind) as unit_kind,
        arraySort(groupArrayIf((measure.3, measure.4), measure.4 > 0)) as sample,
        min(measured.first_date) as first_date,
        max(measured.last_date) as last_date
    from measured
    group by
        comparison_kind,
        comparison_id,
        subject,
        variant,
        control_variant,
        metric

)

-- Each variant with its control, which may not have been used at all.
select
    variants.comparison_kind as comparison_kind,
    variants.comparison_id as comparison_id,
    variants.subject as subject,
    variants.variant as variant,
    variants.control_variant as control_variant,
    variants.metric as metric,
    variants.metric_kind as metric_kind,
    variants.unit_kind as unit_kind,
    toBool(controls.variant != '') as has_control,
    arrayMap(unit -> unit.1, variants.sample) as variant_sums,
    arrayMap(unit -> unit.2, variants.sample) as variant_counts,
    arrayMap(unit -> unit.1, controls.sample) as control_sums,
    arrayMap(unit -> unit.2, controls.sample) as control_counts,
    if(has_control, least(variants.first_date, controls.first_date), variants.first_date) as first_date,
    greatest(variants.last_date, controls.last_date) as last_date
from sampled as variants
left join sampled as controls
    on
        variants.comparison_kind = controls.comparison_kind
        and variants.comparison_id = controls.comparison_id
        and variants.control_variant = controls.variant
        and variants.metric = controls.metric
where
    variants.variant != variants.control_variant
    and notEmpty(variants.sample) + notEmpty(controls.sample) > 0
