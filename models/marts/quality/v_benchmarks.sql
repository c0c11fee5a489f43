{{ config(materialized='view') }}

with

judgments as (

    select * from {{ ref('fct_evaluations') }}
    where evaluation_kind = 'benchmark_judgment'

),

-- Each benchmark, model and judge, and all of them together ('').
grouped as (

    select
        evaluation_name as benchmark,
        model,
        evaluator,
        toBool(false) as is_total,
        count() as judgment_count,
        countIf(label = 'passed') as passed_count,
        countIf(label = 'failed') as failed_count,
        avg(score) as avg_score,
        min(evaluated_at) as first_judged_at,
        max(evaluated_at) as last_judged_at
    from judgments
    group by
        benchmark,
        model,
        evaluator
    union all
    select
        '' as benchmark,
        '' as model,
        '' as evaluator,
        true as is_total,
        count() as judgment_count,
        countIf(label = 'passed') as passed_count,
        countIf(label = 'failed') as failed_count,
        avg(score) as avg_score,
        min(evaluated_at) as first_judged_at,
        max(evaluated_at) as last_judged_at
    from judgments

)

select
    toString(benchmark) as benchmark,
    toString(model) as model,
    evaluator,
    is_total,
    judgment_count,
    passed_count,
    failed_count,
    toUInt64(judgment_count - passed_count - failed_count) as unjudged_count,
    {{ safe_ratio('passed_count', 'passed_count + failed_count') }} as accuracy,
    {{ wilson_bound('passed_count', 'passed_count + failed_count', 'lower') }} as accuracy_low,
    {{ wilson_bound('passed_count', 'passed_count + failed_count', 'upper') }} as accuracy_high,
    if(judgment_count = 0, null, avg_score) as avg_score,
    if(judgment_count = 0, null, toNullable(first_judged_at)) as first_judged_at,
    if(judgment_count = 0, null, toNullable(last_judged_at)) as last_judged_at
from grouped
