{% macro anomaly_loss_share() -%}
    {#-
        Share of a run's cost that is lost: what is above expected, or everything of a run that failed beyond chance
        or wrote nothing, times the probability that this is no chance.
    -#}
    greatest(
        if(
            coalesce(cost_factor, 0) > 1,
            assumeNotNull((1 - 1 / cost_factor) * {{ fault_probability('calibrated_cost_z_score / cost_high_bound') }}),
            0.
        ),
        if(
            has_unlikely_errors or is_missing_output,
            {{ fault_probability('assumeNotNull(calibrated_anomaly_score)') }},
            0.
        )
    )
{%- endmacro %}

{% macro fault_probability(score) -%}
    {#-
        Probability that a run of this score, a share of the bound, was hit by a fault. By chance, scores thin out as
        the false alarm rate to the power of the score (beyond the bound, 1, is the rate itself), so at a score there are
        its derivative; faults are spread evenly.
    -#}
    {%- set faults = var('calibrated_fault_share') -%}
    {%- set chance = var('calibrated_false_alarm_rate') -%}
    {{ faults }} / ({{ faults }} - log({{ chance }}) * pow({{ chance }}, {{ score }}))
{%- endmacro %}
