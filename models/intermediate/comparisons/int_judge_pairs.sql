{{ config(order_by='(subject, judge, other_judge)') }}

{#- Cohen's kappa and means of each two evaluators on the calls that both judged. -#}
with

judgements as (

    select
        call_id,
        evaluation_kind,
        evaluation_name,
        evaluator,
        if(label != '', label, toString(score)) as verdict,
        score,
        toDate(evaluated_at) as date
    from {{ ref('int_evaluations') }}
    where
        call_id != ''
        and evaluator != ''
        and (label != '' or score is not null)

),

-- Who judges a call again is counted once.
newest as (

    select
        call_id,
        {{ joined_id(['evaluation_kind', 'evaluation_name']) }} as subject,
        evaluator,
        argMax(judgements.verdict, (judgements.date, judgements.verdict)) as verdict,
        argMax(judgements.score, (judgements.date, judgements.verdict)) as score,
        max(judgements.date) as date
    from judgements
    group by
        call_id,
        subject,
        evaluator

),

shared as (

    select
        others.subject as subject,
        others.evaluator as other_judge,
        judges.evaluator as judge,
        judges.verdict as verdict,
        others.verdict as other_verdict,
        judges.score as score,
        others.score as other_score,
        least(judges.date, others.date) as date
    from newest as judges
    inner join newest as others
        on
            judges.call_id = others.call_id
            and judges.subject = others.subject
    where judges.evaluator > others.evaluator

)

select
    subject,
    judge,
    other_judge,
    count() as call_count,
    countIf(shared.verdict = shared.other_verdict) / call_count as agreement_share,
    -- What would agree by chance: for each verdict, the product of how often either gives it.
    groupArray(shared.verdict) as verdicts,
    groupArray(shared.other_verdict) as other_verdicts,
    arraySum(
        word -> countEqual(verdicts, word) / call_count * countEqual(other_verdicts, word) / call_count,
        arraySort(arrayDistinct(verdicts))
    ) as chance_share,
    if(chance_share = 1, null, (agreement_share - chance_share) / (1 - chance_share)) as kappa,
    toFloat64(avg(toDecimal128(shared.score, 12))) as avg_score,
    toFloat64(avg(toDecimal128(shared.other_score, 12))) as other_avg_score,
    arraySort(groupArray(shared.score - shared.other_score)) as differences,
    min(shared.date) as first_date,
    max(shared.date) as last_date
from shared
group by
    subject,
    judge,
    other_judge
having call_count >= {{ var('min_judged_calls') }}
