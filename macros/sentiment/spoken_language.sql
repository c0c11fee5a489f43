{% macro spoken_language(counts, felt_word_count) -%}
    {#-
        The language whose common words a message has most of, '' if none is known. Words of feeling are English; they decide only
        where common words do not, as German has "die" and "war" too.
    -#}
    {%- set others = "mapFilter((language, number) -> language != 'en', " ~ counts ~ ")" -%}
    multiIf(
        length({{ counts }}) = 0, if({{ felt_word_count }} > 0, 'en', ''),
        toInt64({{ counts }}['en']) - toInt64(arrayMax(mapValues({{ others }}))) + toInt64({{ felt_word_count }} > 0) > 0, 'en',
        arraySort(language -> (-toInt64({{ counts }}[language]), language), mapKeys({{ others }}))[1]
    )
{%- endmacro %}
