{{ config(order_by='experiment_name') }}

{%- set rule = var('comparison') -%}

with

units as (

    select * from {{ ref('int_experiment_units') }}

),

registry as (

    select * from {{ ref('int_experiment_registry') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

variants as (

    select
        subject as experiment_name,
        variant,
        any(control_variant) as control_variant,
        any(unit_kind) as unit_kind,
        countIf(not is_crossover) as unit_count
    from units
    group by
        experiment_name,
        variant

),

unit_totals as (

    select
        subject as experiment_name,
        uniqExact(unit_id) as total_units,
        uniqExactIf(unit_id, is_crossover) as crossover_units
    from units
    group by experiment_name

),

-- A variant without a planned share was not to have any unit.
planned as (

    select
        variants.*,
        multiIf(
            registry.is_split_equal, 1 / count() over experiments,
            empty(registry.planned_split), null,
            registry.planned_split[variants.variant] / arraySum(mapValues(registry.planned_split))
        ) as planned_share,
        sum(unit_count) over experiments as assigned_units,
        registry.status as status,
        registry.planned_end_at as planned_end_at,
        registry.planned_units as planned_units,
        pow(unit_count - planned_share * assigned_units, 2) / (planned_share * assigned_units) as surprise
    from variants
    left join registry
        on variants.experiment_name = registry.experiment_name
    window experiments as (partition by variants.experiment_name)

),

checked as (

    select
        experiment_name,
        any(control_variant) as control_variant,
        any(unit_kind) as unit_kind,
        any(planned.status) as status,
        sum(planned.unit_count) as unit_count,
        count() - 1 as df,
        mapFromArrays(groupArrayIf(variant, planned_share is not null), groupArray(planned_share)) as planned_shares,
        if(
            count(planned_share) = count() and min(planned_share) > 0 and df > 0 and unit_count > 0,
            arraySum(arraySort(groupArray(planned.surprise))),
            null
        ) as split_statistic,
        any(planned.planned_end_at) as planned_end_at,
        any(planned.planned_units) as planned_units
    from planned
    group by experiment_name

)

select
    checked.experiment_name as experiment_name,
    checked.control_variant as control_variant,
    checked.unit_kind as unit_kind,
    if(checked.status = '', 'unregistered', checked.status) as status,
    checked.planned_shares as planned_shares,
    checked.split_statistic as split_statistic,
    if(
        split_statistic is null,
        null,
        {{ chi_square_p_value('assumeNotNull(split_statistic)', 'greatest(checked.df, 1)') }}
    ) as split_p_value,
    unit_totals.crossover_units as crossover_units,
    toBool(
        unit_totals.crossover_units > {{ rule.max_crossover_share }} * unit_totals.total_units
    ) as is_contaminated,
    -- Before it is over by its own plan; without a plan nobody can say.
    toBool(
        checked.status = 'running'
        and (checked.planned_end_at is not null or checked.planned_units is not null)
        and coalesce(toDate(checked.planned_end_at) > as_of.as_of_date, true)
        and coalesce(checked.unit_count < checked.planned_units, true)
    ) as is_early
from checked
inner join unit_totals
    on checked.experiment_name = unit_totals.experiment_name
cross join as_of
