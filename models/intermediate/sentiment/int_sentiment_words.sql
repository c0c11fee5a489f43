{{ config(order_by='word') }}

with

meanings as (

    select * from {{ ref('sentiment_words') }}

),

languages as (

    select * from {{ ref('language_words') }}

),

words as (

    select word from meanings

    union distinct

    select word from languages

)

select
    ----------  ids
    words.word as word,

    ----------  text
    arrayFilter(language -> language != '', splitByChar(' ', any(languages.languages))) as languages,

    ----------  numerics
    sumIf(meanings.value, meanings.role = 'valence') as valence,
    sumIf(meanings.value, meanings.role = 'booster') as boost,
    sumIf(meanings.value, meanings.role = 'phrase') as phrase_valence,

    ----------  booleans
    toBool(countIf(meanings.role = 'valence') > 0) as has_valence,
    toBool(countIf(meanings.role = 'negation') > 0) as is_negation,
    toBool(countIf(meanings.role = 'phrase') > 0) as is_phrase

from words
left join meanings
    on words.word = meanings.word
left join languages
    on words.word = languages.word
group by words.word
