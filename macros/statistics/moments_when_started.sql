{% macro moments_when_started(runs, ended_runs, numbers, length, max_runs) -%}
    {#-
        CTEs up to `run_moments`: for every new run, metric and cohort, the sums over the last `max_runs` runs of
        the cohort that had ended before it started (K2). `ended_runs` has a row per run and
        cohort_key with run_ended_at; `runs` has a row per new run and metric with its cohort_keys.
    -#}
{% if is_incremental() -%}
-- Of the runs that had ended before the first new run started, only those that a sum still counts.
reused_runs as (

    select
        *,
        if(run_ended_at < {{ first_start(runs) }}, '', run_id) as later_run_id
    from {{ ended_runs }}
    order by
        run_ended_at desc,
        run_id desc
    limit {{ max_runs }} by
        cohort_key,
        later_run_id

),

{% endif -%}
summed_runs as (

    select
        cohort_key,
        run_ended_at,
        run_id,
        {{ sums_before(numbers, length, 'until_now') }} as sums,
        {{ sums_before(numbers, length, 'before_these') }} as earlier_sums
    from {{ 'reused_runs' if is_incremental() else ended_runs }}
    window
        until_now as (
            partition by cohort_key
            order by run_ended_at, run_id
            rows between unbounded preceding and current row
        ),
        before_these as (
            partition by cohort_key
            order by run_ended_at, run_id
            rows between unbounded preceding and {{ max_runs }} preceding
        )

),

-- One row per moment: of runs that ended together, the last.
moments_by_end as (

    select
        cohort_key,
        run_ended_at,
        argMax({{ difference('sums', 'earlier_sums') }}, run_id) as moments
    from summed_runs
    group by
        cohort_key,
        run_ended_at

),

run_cohorts as (

    select
        run_id,
        metric,
        started_at,
        cohort_key,
        cohort_rank
    from {{ runs }}
    array join
        cohort_keys as cohort_key,
        arrayEnumerate(cohort_keys) as cohort_rank

),

run_moments as (

    select
        run_cohorts.run_id as run_id,
        run_cohorts.metric as metric,
        run_cohorts.cohort_rank as cohort_rank,
        arrayResize(moments_by_end.moments, {{ length }}, toInt128(0)) as moments
    from run_cohorts
    asof left join moments_by_end
        on
            run_cohorts.cohort_key = moments_by_end.cohort_key
            and run_cohorts.started_at > moments_by_end.run_ended_at

)
{%- endmacro %}
