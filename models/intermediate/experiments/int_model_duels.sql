{{ config(order_by='(contest_id, rival_model)') }}

with

contest_models as (

    select * from {{ ref('int_contest_models') }}

),

model_uses as (

    select
        workflow_id,
        species_hash,
        step_name,
        model,
        sum(candidate_count) as use_count

    from contest_models
    group by
        workflow_id,
        species_hash,
        step_name,
        model

),

-- The most used; of equals the first by name.
current_models as (

    select
        workflow_id,
        species_hash,
        step_name,
        argMin(model, (-toInt64(use_count), model)) as current_model

    from model_uses
    group by
        workflow_id,
        species_hash,
        step_name

),

current_entries as (

    select contest_models.*
    from contest_models
    inner join current_models
        on
            contest_models.workflow_id = current_models.workflow_id
            and contest_models.species_hash = current_models.species_hash
            and contest_models.step_name = current_models.step_name
            and contest_models.model = current_models.current_model

)

-- Contests that both entered: the same task and input, so only the model differs.
select
    ----------  ids
    rivals.contest_id as contest_id,
    rivals.workflow_id as workflow_id,
    rivals.species_hash as species_hash,
    rivals.step_name as step_name,
    current_entries.model as current_model,
    rivals.model as rival_model,

    ----------  numerics
    least(rivals.win_count, 1) as rival_win_count,
    -- A model that enters more candidates wins more often by chance alone.
    rivals.candidate_count / (rivals.candidate_count + current_entries.candidate_count) as rival_chance,
    current_entries.avg_cost_usd as current_avg_cost_usd,
    rivals.avg_cost_usd as rival_avg_cost_usd,
    if(
        rivals.avg_cost_usd > 0 and current_entries.avg_cost_usd > 0,
        log(rivals.avg_cost_usd / current_entries.avg_cost_usd),
        null
    ) as log_cost_ratio,
    rivals.avg_quality - current_entries.avg_quality as quality_difference,

    ----------  booleans
    -- Where a third model won, neither beat the other.
    toBool(rivals.win_count + current_entries.win_count > 0) as is_settled

from contest_models as rivals
inner join current_entries
    on rivals.contest_id = current_entries.contest_id
where rivals.model != current_entries.model
