{{ config(order_by='run_id') }}

{#-
    The cohort that a run is judged by: its species and model; with too few residuals of those, its input
    category; else its workflow and model. The place of a run in a cohort is where its history ends.
-#}
{% set min_runs = var('calibrated_cohort_min_runs') -%}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set cohorts = {
    'species': ['species_hash', 'primary_model'],
    'category': ['source', 'workflow_id', 'primary_model', 'input_category'],
    'workflow': ['source', 'workflow_id', 'primary_model']
} -%}

with

fits as (

    select
        *,
        coalesce(cost_residual, duration_residual, tokens_residual) is not null as has_residual,
    {% for cohort, keys in cohorts.items() -%}
        cityHash64('{{ cohort }}', tuple({{ keys | join(', ') }})) as {{ cohort }}_key{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('baseline_calibrated_fits') }}

),

placed_runs as (

    select
        *,
    {% for cohort in cohorts -%}
        toUInt32(row_number() over {{ cohort }}_order) - 1 as {{ cohort }}_place,
        countIf(has_residual) over {{ cohort }}_runs as {{ cohort }}_run_count{{ ',' if not loop.last }}
    {% endfor %}
    from fits
    window
    {% for cohort in cohorts -%}
            {{ cohort }}_order as (
                partition by {{ cohort }}_key
                order by ended_at, run_id
            ),
            {{ cohort }}_runs as (
                partition by {{ cohort }}_key
                order by ended_at, run_id
                rows between {{ history_runs }} preceding and 1 preceding
            ){{ ',' if not loop.last }}
    {% endfor %}

)

select
    run_id,
    history_version,
    toDate(ended_at) as ended_date,
    (cost_residual, duration_residual, tokens_residual) as residual,
    {% for cohort in cohorts -%}
        {{ cohort }}_key,
        {{ cohort }}_place,
    {% endfor -%}
    multiIf(
        species_hash is not null and species_run_count >= {{ min_runs }}, 'species',
        category_run_count >= {{ min_runs }}, 'category',
        'workflow'
    ) as cohort,
    multiIf(cohort = 'species', species_key, cohort = 'category', category_key, workflow_key) as chosen_key,
    multiIf(cohort = 'species', species_place, cohort = 'category', category_place, workflow_place) as chosen_place,
    multiIf(cohort = 'species', species_run_count, cohort = 'category', category_run_count, workflow_run_count) as cohort_run_count
from placed_runs
