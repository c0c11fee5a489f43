{{ config(order_by='(species_hash, ngram)') }}

{#-
    Words are runs of letters and digits in lower case, with the hyphens, apostrophes and underscores
    inside them; all other characters only part words. A phrase stays within a sentence, and sentences
    end with . ! or ? before a blank, or with the line.
-#}
{% set sentence_end = '[.!?]+(?:\\\\s|$)|\\\\n' -%}
{% set word = "[\\\\p{L}\\\\p{N}]+(?:[-_''’][\\\\p{L}\\\\p{N}]+)*" -%}
{% set phrase_words = var('pattern_words') -%}

with

-- Mutations inherit phrases from the prompts they were made of; only base prompts are independent.
-- A prompt with an unknown outcome counts on neither side.
prompts as (

    select
        species_hash,
        cascade_id,
        prompt_text,
        is_winner
    from {{ ref('stg_cascade__prompts') }}
    where
        generation = 0
        and species_hash is not null
        and is_winner is not null

),

prompts_with_ngrams as (

    select
        assumeNotNull(species_hash) as species,
        cascade_id,
        assumeNotNull(is_winner) as is_winner,
        -- Each once per prompt, however often it is repeated.
        arrayDistinct(arrayFlatten(arrayMap(
            words -> arrayMap(
                place -> arrayStringConcat(arraySlice(words, place, {{ phrase_words }}), ' '),
                range(1, greatest(toInt64(length(words)) - {{ phrase_words }} + 2, 1))
            ),
            arrayMap(
                sentence -> extractAll(sentence, '{{ word }}'),
                splitByRegexp('{{ sentence_end }}', lowerUTF8(prompt_text))
            )
        ))) as ngrams

    from prompts

),

species_prompts as (

    select
        species,
        countIf(is_winner) as winner_prompt_count,
        countIf(not is_winner) as loser_prompt_count,
        arraySort(groupUniqArray(cascade_id)) as workflow_ids

    from prompts_with_ngrams
    group by species

),

ngram_counts as (

    select
        species,
        arrayJoin(ngrams) as ngram,
        countIf(is_winner) as winner_count,
        countIf(not is_winner) as loser_count

    from prompts_with_ngrams
    group by
        species,
        ngram

)

select
    ngram_counts.species as species_hash,
    ngram_counts.ngram as ngram,
    species_prompts.workflow_ids as workflow_ids,
    ngram_counts.winner_count as winner_count,
    ngram_counts.loser_count as loser_count,
    species_prompts.winner_prompt_count as winner_prompt_count,
    species_prompts.loser_prompt_count as loser_prompt_count
from ngram_counts
inner join species_prompts
    on ngram_counts.species = species_prompts.species
where
    species_prompts.winner_prompt_count > 0
    and species_prompts.loser_prompt_count > 0
