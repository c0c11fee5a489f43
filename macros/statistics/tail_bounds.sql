{% macro tail_bounds(scores) -%}
    {#-
        The bounds, low and high, beyond which a comparable score is with the probability of the var
        `calibrated_false_alarm_rate`, from the sorted scores of a pool; zeros where they are too few.
        What faults make is high. So the tail is fitted to the low side, a generalised Pareto distribution by
        probability-weighted moments (Hosking & Wallis, Technometrics 29, 1987), its shape shrunk to a prior one,
        and stretched by how much further the high side reaches where faults hardly count. Of skewed scores that grows with the
        logarithm of how rare they are; the growth between two shares is shrunk by its own noise, so that chance adds little.
    -#}
    {%- set tail = var('calibrated_tail') -%}
    length({{ scores }}) as score_count,
    toUInt32(score_count * {{ tail.share }}) as tail_count,
    -{{ scores }}[tail_count + 1] as low_start,
    -- Faults are above all usual scores of their side: so many more are beyond.
    {{ scores }}[score_count - toUInt32(score_count * {{ tail.share + tail.fault_share }})] / low_start as near_asymmetry,
    {{ scores }}[score_count - toUInt32(score_count * {{ tail.far_share + tail.fault_share }})]
    / -{{ scores }}[toUInt32(score_count * {{ tail.far_share }}) + 1] as far_asymmetry,
    greatest(0., (far_asymmetry - near_asymmetry) / log({{ tail.share }} / {{ tail.far_share }})) as asymmetry_growth,
    -- By the James-Stein rule's share of signal in signal and noise.
    pow(asymmetry_growth, 3) / (pow(asymmetry_growth, 2) + pow({{ tail.growth_noise }}, 2) / score_count) as usual_growth,
    least(near_asymmetry + usual_growth * log(rarer), {{ tail.max_asymmetry }}) as asymmetry,
    -- From the farthest on.
    arrayMap(score -> -score - low_start, arraySlice({{ scores }}, 1, tail_count)) as excesses,
    arraySum(excesses) / tail_count as excess_avg,
    arraySum(arrayMap((excess, place) -> excess * (place - 0.65), excesses, arrayEnumerate(excesses))) / pow(tail_count, 2) as weighted_avg,
    (
        tail_count * greatest(-0.5, least(0.5, if(excess_avg > 2 * weighted_avg, 2 - excess_avg / (excess_avg - 2 * weighted_avg), -0.5)))
        + {{ tail.shape_prior_runs }} * {{ tail.shape }}
    ) / (tail_count + {{ tail.shape_prior_runs }}) as shape,
    {{ tail.share }} / {{ var('calibrated_false_alarm_rate') }} as rarer,
    low_start + excess_avg * (1 - shape) * if(abs(shape) < 1e-6, log(rarer), (pow(rarer, shape) - 1) / shape) as low_reach,
    score_count >= {{ tail.min_runs }} and tail_count > 0 and low_start > 0 as is_known,
    if(is_known, greatest(low_reach, {{ tail.min_bound }}), 0.) as low_bound,
    if(is_known, greatest(low_reach * asymmetry, {{ tail.min_bound }}), 0.) as high_bound
{%- endmacro %}
