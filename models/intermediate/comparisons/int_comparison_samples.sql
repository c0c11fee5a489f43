{{ config(order_by='(comparison_kind, comparison_id, variant, metric)') }}

with

units as (

    select * from {{ ref('int_comparison_units') }}
    where not is_crossover

),

-- What the units come to in each metric: hits and trials, or a sum and how many it is of. Sorted, because sums of
-- floats differ in the last digit with the order of the rows.
measured as (

    select
        comparison_kind,
        comparison_id,
        subject,
        variant,
        control_variant,
        any(units.unit_kind) as unit_kind,
        min(units.first_date) as first_date,
        max(units.last_date) as last_date,
        [
            {% for metric, definition in comparison_metrics().items() -%}
                ('{{ metric }}', '{{ definition[0] }}', arraySort(groupArrayIf(({{ definition[1] }}, {{ definition[2] }}), {{ definition[2] }} > 0))){{ ',' if not loop.last }}
            {% endfor %}
        ] as measures
    from units
    group by
        comparison_kind,
        comparison_id,
        subject,
        variant,
        control_variant

),

sampled as (

    select
        * except (measures),
        measure.1 as metric,
        measure.2 as metric_kind,
        measure.3 as sample
    from measured
    array join measures as measure

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
