{{ config(order_by='(workflow_id, species_hash, step_name)') }}

with

duels as (

    select * from {{ ref('int_model_duels') }}

),

-- Sorted before they are added up: floats differ in the last digit with the order of the rows.
compared_models as (

    select
        workflow_id,
        species_hash,
        step_name,
        current_model,
        rival_model,
        count() as contest_count,
        countIf(is_settled) as settled_contest_count,
        sumIf(rival_win_count, is_settled) as win_count,
        arraySort(groupArrayIf(rival_chance, is_settled)) as chances,
        arraySort(groupArray(log_cost_ratio)) as log_cost_ratios,
        arraySort(groupArray(quality_difference)) as quality_differences,
        arraySum(chances) as expected_wins,
        sqrt(arraySum(chance -> chance * (1 - chance), chances)) as win_deviation,
        if(win_deviation = 0, 0.0, (win_count - expected_wins) / win_deviation) as z

    from duels
    group by
        workflow_id,
        species_hash,
        step_name,
        current_model,
        rival_model
    having settled_contest_count >= {{ var('advice_min_contests') }}

),

measured_models as (

    select
        *,
        win_count / settled_contest_count as win_ratio,
        expected_wins / settled_contest_count as chance_ratio,
        assumeNotNull({{ wilson_bound('win_count', 'settled_contest_count', 'lower') }}) as win_ratio_lower,
        assumeNotNull({{ wilson_bound('win_count', 'settled_contest_count', 'upper') }}) as win_ratio_upper,
        erfc(z / sqrt(2)) / 2 as p_value,
        row_number() over (order by p_value, species_hash, step_name, workflow_id, rival_model) as p_rank,
        count() over () as tested_count,
        if(empty(quality_differences), null, arrayAvg(quality_differences)) as quality_difference,
        if(length(log_cost_ratios) < 2, null, arrayAvg(log_cost_ratios)) as log_ratio,
        {{ var('interval_z') }} * arrayReduce('stddevSamp', log_cost_ratios) / sqrt(length(log_cost_ratios)) as log_ratio_margin,
        (exp(log_ratio) - 1) * 100 as cost_change_pct,
        (exp(log_ratio - log_ratio_margin) - 1) * 100 as cost_change_lower_pct,
        (exp(log_ratio + log_ratio_margin) - 1) * 100 as cost_change_upper_pct

    from compared_models

),

-- Benjamini-Hochberg over every pair of models that was compared.
judged_models as (

    select
        *,
        least(1.0, min(p_value * tested_count / p_rank) over (
            order by p_rank
            rows between current row and unbounded following
        )) as adjusted_p_value,
        adjusted_p_value <= {{ var('experiment_false_discovery_rate') }} as is_better,
        win_ratio_lower >= chance_ratio - {{ var('advice_win_margin') }} as is_no_worse,
        coalesce(
            cost_change_upper_pct < 0 and {{ rounded('cost_change_pct') }} <= -{{ var('advice_min_cost_pct') }},
            false
        ) as is_cheaper,
        multiIf(
            is_better and is_cheaper, 'better_and_cheaper',
            is_no_worse and is_cheaper, 'cheaper',
            is_better, 'better',
            ''
        ) as advice_kind

    from measured_models

),

best_models as (

    select * from judged_models
    where advice_kind != ''
    order by
        indexOf(['better_and_cheaper', 'cheaper', 'better'], advice_kind) asc,
        win_ratio desc,
        rival_model asc
    limit 1 by workflow_id, species_hash, step_name

)

select
    ----------  ids
    workflow_id,
    species_hash,
    step_name,
    current_model,
    rival_model as advised_model,
    advice_kind,

    ----------  wins
    contest_count,
    settled_contest_count,
    win_count,
    win_ratio,
    win_ratio_lower,
    win_ratio_upper,
    chance_ratio,
    p_value,
    adjusted_p_value,

    ----------  cost and quality
    cost_change_pct,
    cost_change_lower_pct,
    cost_change_upper_pct,
    quality_difference,

    ----------  advice
    concat(
        'Model ', rival_model, ' wins ', {{ fixed_decimals('win_ratio * 100', 0) }}, '%',
        multiIf(
            cost_change_pct is null, ', at unknown cost,',
            cost_change_upper_pct < 0, concat(' and costs ', {{ fixed_decimals('abs(coalesce(cost_change_pct, 0))', 0) }}, '% less'),
            cost_change_lower_pct > 0, concat(' and costs ', {{ fixed_decimals('coalesce(cost_change_pct, 0)', 0) }}, '% more'),
            ' and costs about as much'
        ),
        if(cost_change_pct is null, ' against ', ' than '), current_model
    ) as advice

from best_models
