{% macro spoken_language(counts, felt_word_count) -%}
    {#-
        The language whose common words a message has most of, '' if none is known. Words of feeling are English; they count only
        where no common word tells more, as German has "die" and "war" too.
    -#}
    multiIf(
        length({{ counts }}) = 0, if({{ felt_word_count }} > 0, 'en', ''),
        {{ counts }}['en'] = arrayMax(mapValues({{ counts }})), 'en',
        arraySort(language -> (-{{ counts }}[language], language), mapKeys({{ counts }}))[1]
    )
{%- endmacro %}
