{{ config(order_by='(judged_date, subject, judge)') }}

{%- set odd = var('metric_anomaly') -%}
{#- A judge moves alone where its score against the others' of the same calls leaves what it was, and theirs do not. -#}
with

judgements as (

    select
        call_id,
        {{ joined_id(['evaluation_kind', 'evaluation_name']) }} as subject,
        evaluator,
        toDate(evaluated_at) as judged_date,
        argMax(score, (evaluated_at, evaluation_id)) as last_score
    from {{ ref('int_evaluations') }}
    where
        call_id != ''
        and evaluator != ''
        and score is not null
    group by
        call_id,
        subject,
        evaluator,
        judged_date

),

compared as (

    select
        judges.subject as subject,
        judges.evaluator as judge,
        judges.judged_date as judged_date,
        judges.call_id as call_id,
        toFloat64(avg({{ exact('others.last_score') }})) as others_score,
        any(judges.last_score) - others_score as difference
    from judgements as judges
    inner join judgements as others
        on
            judges.call_id = others.call_id
            and judges.subject = others.subject
    where judges.evaluator != others.evaluator
    group by
        subject,
        judge,
        judged_date,
        call_id

),

days as (

    select
        subject,
        judge,
        judged_date,
        count() as call_count,
        toFloat64(sum({{ exact('difference') }})) as difference_sum,
        toFloat64(sum({{ exact('difference * difference') }})) as difference_squares,
        toFloat64(sum({{ exact('others_score') }})) as others_sum,
        toFloat64(sum({{ exact('others_score * others_score') }})) as others_squares
    from compared
    group by
        subject,
        judge,
        judged_date

),

known_before as (

    select
        *,
        sum(call_count) over last_days as calls_before,
        sum(difference_sum) over last_days / calls_before as difference_mean,
        sum(difference_squares) over last_days / calls_before as difference_square,
        sum(others_sum) over last_days / calls_before as others_mean,
        sum(others_squares) over last_days / calls_before as others_square
    from days
    window
        last_days as (
            partition by subject, judge
            order by toUInt32(judged_date)
            range between {{ odd.days }} preceding and 1 preceding
        )

),

tested as (

    select
        *,
        -- Calls that were all judged alike vary by chance too: at least a twentieth of the scale.
        greatest(sqrt(greatest(difference_square - pow(difference_mean, 2), 0)), {{ odd.min_scale_share }}) as difference_deviation,
        greatest(sqrt(greatest(others_square - pow(others_mean, 2), 0)), {{ odd.min_scale_share }}) as others_deviation,
        difference_sum / call_count - difference_mean as shift,
        others_sum / call_count - others_mean as others_shift,
        erfc(abs(shift) * sqrt(call_count) / difference_deviation / sqrt(2)) as p_value,
        erfc(abs(others_shift) * sqrt(call_count) / others_deviation / sqrt(2)) as others_p_value
    from known_before
    where
        calls_before >= {{ odd.min_values_before }}
        and call_count >= {{ odd.min_trials }}

)

select
    subject,
    judge,
    judged_date,
    call_count,
    shift,
    p_value
from tested
where
    p_value <= {{ odd.sensitivity[odd.level].p_value }}
    and others_p_value > {{ odd.sensitivity[odd.level].p_value }}
