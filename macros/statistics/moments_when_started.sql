{% macro moments_when_started(asked, ended, numbers, length, reach) -%}
    {#-
        CTEs up to `answered_runs`: for every new run, metric and cohort, the sums over the runs of the cohort
        that had ended before it started, the last so many of them (K2). `ended` has a row per run and
        cohort_key with run_ended_at; `asked` has a row per run and metric with its cohort_keys.
    -#}
{% if is_incremental() -%}
-- Of the runs that had ended before the first new run started, no more than a sum reaches back.
remembered_runs as (

    select
        *,
        if(run_ended_at < (select min(started_at) from {{ asked }} where is_new), '', run_id) as later_run_id
    from {{ ended }}
    order by
        run_ended_at desc,
        run_id desc
    limit {{ reach }} by
        cohort_key,
        later_run_id

),

{% endif -%}
summed_runs as (

    select
        *,
        {{ sums_before(numbers, length, 'until_now') }} as sums
    from {{ 'remembered_runs' if is_incremental() else ended }}
    window until_now as (
        partition by cohort_key
        order by run_ended_at, run_id
        rows between unbounded preceding and current row
    )

),

framed_runs as (

    select
        *,
        {{ difference('sums', lag_of('sums', reach, length, 'until_now')) }} as moments
    from summed_runs
    window until_now as (
        partition by cohort_key
        order by run_ended_at, run_id
        rows between unbounded preceding and current row
    )

),

-- One row per moment: of runs that ended together, the last.
moments_by_end as (

    select
        cohort_key,
        run_ended_at,
        argMax(moments, run_id) as moments
    from framed_runs
    group by
        cohort_key,
        run_ended_at

),

asked_runs as (

    select
        run_id,
        metric,
        started_at,
        cohort_key,
        cohort_rank
    from {{ asked }}
    array join
        cohort_keys as cohort_key,
        arrayEnumerate(cohort_keys) as cohort_rank
    where is_new

),

answered_runs as (

    select
        asked_runs.run_id as run_id,
        asked_runs.metric as metric,
        asked_runs.cohort_rank as cohort_rank,
        arrayResize(moments_by_end.moments, {{ length }}, toInt128(0)) as moments
    from asked_runs
    asof left join moments_by_end
        on
            asked_runs.cohort_key = moments_by_end.cohort_key
            and asked_runs.started_at > moments_by_end.run_ended_at

)
{%- endmacro %}
