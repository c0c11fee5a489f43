{{ config(order_by='(comparison_kind, subject, variant, metric)') }}

{%- set rule = var('comparison') -%}

with

tests as (

    select * from {{ ref('int_comparison_tests') }}

),

splits as (

    select * from {{ ref('int_experiment_splits') }}

),

registry as (

    select * from {{ ref('int_experiment_registry') }}

),

catalogue as (

    select * from {{ ref('metrics') }}

),

described as (

    select
        tests.* except (metric, control_variant, unit_kind),
        tests.metric as metric,
        tests.control_variant as control_variant,
        tests.unit_kind as unit_kind,
        catalogue.better as better,
        catalogue.unit as unit,
        toBool(tests.comparison_kind = 'experiment' and tests.metric = registry.primary_metric) as is_primary,
        toBool(tests.comparison_kind = 'experiment' and has(registry.guardrail_metrics, tests.metric)) as is_guardrail,
        if(is_primary, coalesce(registry.min_effect, catalogue.effect_floor), catalogue.effect_floor) as floor,
        if(tests.comparison_kind = 'experiment', splits.split_p_value, null) as split_p_value,
        tests.comparison_kind = 'experiment' and splits.is_contaminated as is_contaminated,
        tests.comparison_kind = 'experiment' and splits.is_early as is_early,
        split_p_value >= {{ rule.max_split_p_value }} as is_split_ok,
        -- What of the change is judged: of what is skewed the ratio, of the rest the difference.
    {% for bound in ['', '_low', '_high'] -%}
        if(test = 'welch_logs', ratio{{ bound }} - 1, difference{{ bound }}) as effect{{ bound }}{{ ',' if not loop.last }}
    {% endfor %}
    from tests
    inner join catalogue
        on tests.metric = catalogue.metric
    left join splits
        on tests.subject = splits.experiment_name
    left join registry
        on tests.subject = registry.experiment_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by comparison_kind, subject, is_primary
            order by p_value is null, p_value, variant, metric
        ) as p_rank,
        countIf(p_value is not null) over family as test_count,
    {% for column in ['difference', 'difference_low', 'difference_high', 'floor'] -%}
        maxIf({{ column }}, metric = 'success_share') over pair as success_{{ column | replace('difference_', '') }}{{ ',' if not loop.last }}
    {% endfor %}
    from described
    window
        family as (partition by comparison_kind, subject, is_primary),
        pair as (partition by comparison_kind, comparison_id, variant)

),

-- Benjamini-Hochberg over a subject's variants and metrics; the primary metric over its variants only.
adjusted as (

    select
        *,
        if(p_value is null, null, least(1.0, min(p_value * test_count / p_rank) over (
            partition by comparison_kind, subject, is_primary
            order by p_rank
            rows between current row and unbounded following
        ))) as adjusted_p_value
    from ranked

),

judged as (

    select
        *,
        coalesce(adjusted_p_value <= {{ var('experiment_false_discovery_rate') }}, false) as is_beyond_chance,
        multiIf(
            not has_control, 'no_control',
            not coalesce(is_split_ok, true), 'invalid_split',
            is_contaminated, 'contaminated',
            p_value is null, 'too_few',
            is_early and not coalesce(adjusted_p_value < {{ rule.early_p_value }}, false), 'early',
            is_beyond_chance and ((effect > 0) = (better = 'higher')), 'better',
            is_beyond_chance, 'worse',
            coalesce({{ rounded('effect_low') }} >= -floor and {{ rounded('effect_high') }} <= floor, false), 'no_difference',
            'inconclusive'
        ) as verdict
    from adjusted

)

select
    ----------  ids
    comparison_kind,
    subject,
    variant,
    metric,
    if(verdict = 'no_control', null, control_variant) as control_variant,

    ----------  text
    unit,
    unit_kind,
    test,
    verdict,
    {{ comparison_in_words() }} as sentence,

    ----------  numerics
    {% for column in [
        'variant_units', 'control_units', 'left_out_units', 'variant_value', 'control_value',
        'difference', 'difference_low', 'difference_high', 'ratio', 'ratio_low', 'ratio_high',
        'statistic', 'p_value', 'adjusted_p_value', 'min_detectable_effect',
    ] -%}
        {{ column }},
    {% endfor -%}
    floor as min_effect,
    split_p_value,

    ----------  booleans
    is_primary,
    is_guardrail,
    is_split_ok,

    ----------  dates
    first_date,
    last_date

from judged
