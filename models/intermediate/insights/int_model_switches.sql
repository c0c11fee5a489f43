{{ config(order_by='(workflow_id, model, date)') }}

{%- set early = var('early_signs') -%}

with

days as (

    {{ early_sign_days() }}

),

model_days as (

    select
        runs.workflow_id as workflow_id,
        calls.step_name as step_name,
        calls.model as model,
        calls.called_date as called_date,
        uniqExact(calls.run_id) as run_count,
        toFloat64(sum(calls.cost_usd)) as usd,
        sum(calls.total_tokens) as tokens,
        arraySlice(arraySort(groupUniqArray(calls.run_id)), 1, {{ var('insights').evidence_runs }}) as run_ids
    from {{ ref('int_calls') }} as calls
    inner join {{ ref('int_scope_runs') }} as runs
        on calls.run_id = runs.run_id
    cross join days
    where
        calls.called_date between days.first_date - {{ early.days }} - {{ early.before_days }} + 1 and days.last_date
        and runs.workflow_id != ''
        and calls.model != ''
        and calls.is_billable
    group by
        workflow_id,
        step_name,
        model,
        called_date

),

-- A day's runs are of the last days of each of the days that follow, then of the days before them.
placed as (

    select
        model_days.*,
        arrayJoin(range({{ early.days }} + {{ early.before_days }})) as age,
        model_days.called_date + age as date,
        age < {{ early.days }} as is_recent
    from model_days
    cross join days
    where date between days.first_date and days.last_date

),

used_models as (

    select
        workflow_id,
        step_name,
        model,
        date,
        sumIf(run_count, is_recent) as recent_run_count,
        sumIf(run_count, not is_recent) as run_count_before,
        sumIf(usd, is_recent) as recent_usd,
        sumIf(usd, not is_recent) as usd_before,
        sumIf(tokens, is_recent) as recent_tokens,
        sumIf(tokens, not is_recent) as tokens_before,
        groupArrayArrayIf(run_ids, is_recent) as recent_run_ids,
        sum(recent_run_count) over step_days as step_run_count,
        sum(run_count_before) over step_days as step_run_count_before
    from placed
    group by
        workflow_id,
        step_name,
        model,
        date
    window step_days as (partition by workflow_id, step_name, date)

),

-- Runs, because the calls of one run use one model together; a model that had been used now and then is a switch only where
-- chance hardly explains that it does most of the work now.
switched_steps as (

    select
        news.*,
        olds.model as old_model,
        olds.usd_before as old_usd,
        olds.tokens_before as old_tokens,
        {{ clamped_share('news.run_count_before', 'news.step_run_count_before') }} as share_before,
        {{ binomial_tail('news.recent_run_count', 'news.step_run_count', 'share_before') }} as p_value
    from used_models as news
    inner join used_models as olds
        on
            news.workflow_id = olds.workflow_id
            and news.step_name = olds.step_name
            and news.date = olds.date
    where
        news.model != olds.model
        and news.recent_run_count * 2 > news.step_run_count
        and olds.run_count_before * 2 > olds.step_run_count_before
        and olds.run_count_before >= {{ early.min_runs_before }}
        and p_value <= {{ early.max_possible_p_value }}

)

select
    workflow_id,
    model,
    date,
    any(switched_steps.old_model) as old_model,
    sum(recent_usd) / nullIf(sum(recent_tokens), 0) * 1000 as usd_per_1k_tokens,
    sum(old_usd) / nullIf(sum(old_tokens), 0) * 1000 as old_usd_per_1k_tokens,
    toNullable(min(switched_steps.p_value)) as p_value,
    max(recent_run_count) as run_count,
    arraySlice(arraySort(arrayDistinct(groupArrayArray(recent_run_ids))), 1, {{ var('insights').evidence_runs }}) as run_ids
from switched_steps
group by
    workflow_id,
    model,
    date
