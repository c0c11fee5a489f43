{% macro phrase_valence() -%}
    {#-
        The valence of a word within a phrase of the list, such as "yeah right"; outside of one its own. Phrases that begin with
        the word come first, then those that end with it or stand before it.
    -#}
    {%- set earlier = [
        "concat(before_1.word, ' ', token.word)",
        "concat(before_2.word, ' ', before_1.word, ' ', token.word)",
        "concat(before_2.word, ' ', before_1.word)",
        "concat(before_3.word, ' ', before_2.word, ' ', before_1.word)",
        "concat(before_3.word, ' ', before_2.word)",
    ] -%}
    {%- set following = [
        "concat(token.word, ' ', after_1.word, ' ', after_2.word)",
        "concat(token.word, ' ', after_1.word)",
    ] -%}
    {%- set phrases = "(select mapFromArrays(groupArray(words.word), groupArray(words.phrase_valence)) from " ~ ref('int_sentiment_words') ~ " as words where words.is_phrase)" -%}
    {%- set boosters = "(select mapFromArrays(groupArray(words.word), groupArray(words.boost)) from " ~ ref('int_sentiment_words') ~ " as words where words.boost != 0 and position(words.word, ' ') > 0)" -%}
    multiIf(
        -- Only where three words stand before it, as VADER has it.
        place in (1, 2, 3) or before_3.has_valence, valence,
        {% for phrase in following + earlier -%}
            mapContains({{ phrases }}, {{ phrase }}), {{ phrases }}[{{ phrase }}],
        {% endfor -%}
        valence
    )
    + if(
        place in (1, 2, 3) or before_3.has_valence,
        0,
        {% for phrase in [earlier[3], earlier[4], earlier[2]] -%}
            {{ boosters }}[{{ phrase }}]{{ ' + ' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
