{{ config(order_by='(species_hash, -lift, ngram)') }}

with

-- A phrase that every prompt contains cannot separate winners from losers: it is not tested.
patterns as (

    select
        *,
        winner_count / winner_prompt_count as winner_ratio,
        loser_count / loser_prompt_count as loser_ratio,
        -- Shares that differ by exactly the threshold may differ by more in the last digit of a float.
        round(winner_ratio - loser_ratio, 12) as lift
    from {{ ref('int_prompt_patterns') }}
    where winner_count + loser_count < winner_prompt_count + loser_prompt_count

),

tested_patterns as (

    select
        *,
        {{ fisher_greater('winner_count', 'winner_prompt_count', 'loser_count', 'loser_prompt_count') }} as p_value,
        {{ wilson_bound('winner_count', 'winner_prompt_count', 'lower') }} as winner_lower,
        {{ wilson_bound('winner_count', 'winner_prompt_count', 'upper') }} as winner_upper,
        {{ wilson_bound('loser_count', 'loser_prompt_count', 'lower') }} as loser_lower,
        {{ wilson_bound('loser_count', 'loser_prompt_count', 'upper') }} as loser_upper

    from patterns

),

-- Benjamini-Hochberg over all phrases of the species, not only over those that look good.
ranked_patterns as (

    select
        *,
        count() over (partition by species_hash) as tested_pattern_count,
        row_number() over (partition by species_hash order by p_value, ngram) as p_rank

    from tested_patterns

),

adjusted_patterns as (

    select
        *,
        least(1.0, min(p_value * tested_pattern_count / p_rank) over (
            partition by species_hash
            order by p_rank
            rows between current row and unbounded following
        )) as adjusted_p_value

    from ranked_patterns

)

select
    ----------  ids
    species_hash,
    ngram,
    workflow_ids,

    ----------  counts
    winner_count,
    loser_count,
    winner_prompt_count,
    loser_prompt_count,

    ----------  difference
    winner_ratio,
    loser_ratio,
    lift,
    -- Newcombe's interval of a difference of shares, from the Wilson intervals of both.
    assumeNotNull(lift - sqrt(pow(winner_ratio - winner_lower, 2) + pow(loser_upper - loser_ratio, 2))) as lift_lower,
    assumeNotNull(lift + sqrt(pow(winner_upper - winner_ratio, 2) + pow(loser_ratio - loser_lower, 2))) as lift_upper,

    ----------  significance
    tested_pattern_count,
    p_value,
    adjusted_p_value,
    toBool(adjusted_p_value <= {{ var('experiment_false_discovery_rate') }}) as is_significant,

    ----------  advice
    concat('Try adding \'', ngram, '\' to your prompt') as recommendation

from adjusted_patterns
where lift > {{ var('pattern_min_lift') }}
