{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(source, run_key, message_id)',
) }}

{#- The rules of VADER (Hutto and Gilbert, 2014) as windows over words; docs/accuracy/sentiment.md says why these. -#}
{%- set message_columns %}
    source, run_key, run_version, message_id, conversation_id, run_id, answer_call_id, message_number, sent_at,
    spoken_text, word_count
{%- endset -%}
with

messages as (

    {{ union_of_sources('messages') }}

),

spoken as (

    select
        * except (text),
        {{ spoken_text('text') }} as spoken_text,
        extractAll(spoken_text, '\\S+') as parts,
        arrayMap(part -> replaceRegexpAll(part, '^[[:punct:]]+|[[:punct:]]+$', ''), parts) as bare_parts,
        -- Punctuation around a word is no part of it; around two letters it may be an emoticon.
        arrayMap((part, bare) -> if(lengthUTF8(bare) <= 2, part, bare), parts, bare_parts) as words,
        arrayCount(word -> {{ is_in_capitals('word') }}, words) between 1 and length(words) - 1 as has_some_capitals
    from messages

),

placed as (

    select
        * except (parts, bare_parts, words),
        length(words) as word_count,
        word_place.1 as word,
        word_place.2 as place
    from spoken
    left array join arrayZip(words, arrayEnumerate(words)) as word_place

),

in_context as (

    select
        placed.*,
        known.valence as own_valence,
        known.languages as languages,
        cast(
            (
                lowerUTF8(placed.word),
                known.has_valence,
                known.boost,
                known.is_negation or lowerUTF8(placed.word) like '%n\'t%',
                placed.has_some_capitals and {{ is_in_capitals('placed.word') }}
            ),
            'Tuple(word String, has_valence Bool, boost Float64, is_negation Bool, is_loud Bool)'
        ) as token,
        {% for distance in [1, 2, 3] -%}
            lagInFrame(token, {{ distance }}) over in_order as before_{{ distance }},
        {% endfor -%}
        leadInFrame(token, 1) over in_order as after_1,
        leadInFrame(token, 2) over in_order as after_2
    from placed
    left join {{ ref('int_sentiment_words') }} as known
        on lowerUTF8(placed.word) = known.word
    window
        in_order as (
            partition by placed.message_id
            order by placed.place
            rows between unbounded preceding and unbounded following
        )

),

-- "No" before another such word negates it; by itself it is a word of feeling.
plain as (

    select
        *,
        toBool(
            token.has_valence
            and token.boost = 0
            and not (token.word = 'kind' and after_1.word = 'of')
        ) as is_felt,
        multiIf(
            before_1.word = 'no' or before_2.word = 'no' or (before_3.word = 'no' and before_1.word in ('or', 'nor')),
            own_valence * -0.74,
            token.word = 'no' and after_1.has_valence, 0,
            own_valence
        ) as word_valence,
        if(token.is_loud, word_valence + if(word_valence > 0, 0.733, -0.733), word_valence) as valence
    from in_context

),

{% for distance in [1, 2, 3] -%}
    {%- set earlier = ['plain', 'modified_1', 'modified_2'][loop.index0] -%}
    modified_{{ distance }} as (

        select
            * except (valence),
            if(
                place > {{ distance }} and not before_{{ distance }}.has_valence,
                (valence + {{ booster_effect(distance) }}) * {{ negation_factor(distance) }},
                valence
            ) as valence
        from {{ earlier }}

    ),

{% endfor -%}

-- "The least good", but "at least good"; what follows the first "but" is what was meant.
weighed as (

    select
        *,
        {{ phrase_valence() }} as valence_in_phrase,
        if(before_1.word = 'least' and before_2.word not in ('at', 'very'), -0.74, 1) as least_factor,
        minIf(place, token.word = 'but') over (partition by message_id) as but_place,
        multiIf(but_place = 0 or place = but_place, 1, place < but_place, 0.5, 1.5) as but_factor,
        if(is_felt, valence_in_phrase * least_factor * but_factor, 0) as weighed_valence
    from modified_3

),

summed as (

    select
        {{ message_columns }},
        toFloat64(sum({{ exact('weighed_valence') }})) as valence,
        countIf(is_felt) as felt_word_count,
        sumMap(languages, arrayMap(language -> toUInt64(1), languages)) as counted,
        if(word_count = 0, '', {{ spoken_language('mapFromArrays(counted.1, counted.2)', 'felt_word_count') }}) as language
    from weighed
    group by {{ message_columns }}

),

emphasised as (

    select
        *,
        valence + sign(valence) * {{ punctuation_emphasis('spoken_text') }} as strength,
        toBool(word_count < {{ var('sentiment_min_words') }}) as is_short,
        if(is_short, 0, strength / sqrt(strength * strength + 15)) as compound
    from summed

)

select
    ----------  ids
    source,
    run_key,
    run_version,
    message_id,
    conversation_id,
    run_id,
    answer_call_id,

    ----------  text
    language,
    '{{ var('sentiment_scorer') }}' as scorer_version,

    ----------  numerics
    message_number,
    word_count,
    if(language = 'en', round(compound, 4), null) as sentiment_score,

    ----------  booleans
    is_short,

    ----------  timestamps
    sent_at

from emphasised
