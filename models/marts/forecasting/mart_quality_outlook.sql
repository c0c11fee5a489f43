{{ config(order_by='(workflow_id, evaluation_kind)') }}

{% set outlook = var('quality_outlook') -%}

with

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where score is not null

),

runs as (

    select
        run_id,
        workflow_id
    from {{ ref('int_runs') }}

),

-- Arrays in the order of time: sums of floats differ in the last digit with the order of the rows.
histories as (

    select
        runs.workflow_id as workflow_id,
        evaluations.evaluation_kind as evaluation_kind,
        arrayMap(one -> one.3, arraySort(groupArray((
            evaluations.evaluated_at, evaluations.evaluation_id, toFloat64(assumeNotNull(evaluations.score))
        )))) as scores,
        length(scores) as evaluation_count,
        arraySlice(scores, -{{ outlook.recent_evaluations }}) as recent_scores,
        length(recent_scores) as recent_count,
        max(evaluations.evaluated_at) as last_evaluated_at

    from evaluations
    inner join runs
        on evaluations.run_id = runs.run_id
    group by
        workflow_id,
        evaluation_kind

),

outlooks as (

    select
        *,
        evaluation_count >= {{ outlook.min_evaluations }} as is_enough,
        arrayAvg(scores) as all_avg,
        arrayAvg(recent_scores) as recent_avg,
        (recent_count * recent_avg + {{ outlook.prior_evaluations }} * all_avg)
        / (recent_count + {{ outlook.prior_evaluations }}) as outlook,
        -- Interval of the mean of the next evaluations: standard error of the outlook, and their own variance.
        {{ var('interval_z') }}
        * arrayReduce('stddevSamp', scores)
        * sqrt(1 / (recent_count + {{ outlook.prior_evaluations }}) + 1 / {{ outlook.recent_evaluations }}) as margin

    from histories

)

select
    ----------  ids
    workflow_id,
    toLowCardinality(evaluation_kind) as evaluation_kind,

    ----------  text
    toLowCardinality(if(is_enough, 'recent_and_all', 'too_few_evaluations')) as basis,

    ----------  numerics
    if(is_enough, outlook, all_avg) as outlook_score,
    if(is_enough, greatest(0.0, outlook - margin), null) as lo_95,
    if(is_enough, least(1.0, outlook + margin), null) as hi_95,
    recent_avg as recent_avg_score,
    all_avg as all_time_avg_score,
    recent_count as recent_evaluation_count,
    evaluation_count,

    ----------  timestamps
    last_evaluated_at

from outlooks
