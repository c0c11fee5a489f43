{% macro spoken_text(text) -%}
    {#-
        What a person said in a message, without what they pasted: code, quoted lines and addresses are full of words like
        "error" and "kill". Emojis become the words that describe them.
    -#}
    {%- set said -%}
        replaceRegexpAll(
            {{ text }},
            '(?s)```.*?(```|$)|~~~.*?(~~~|$)|`[^`\n]*`|https?://\\S+|(?m:^\\s*>.*$)',
            ' '
        )
    {%- endset -%}
    {%- set chars = "extractAll(replaceAll(" ~ said ~ ", '’', '\\''), '(?s).')" -%}
    if(
        match({{ text }}, '[^\\x00-\\x7F]'),
        arrayStringConcat(arrayMap(char -> transform(
            char,
            (select groupArray(emojis.emoji) from {{ ref('sentiment_emojis') }} as emojis),
            (select groupArray(concat(' ', emojis.description, ' ')) from {{ ref('sentiment_emojis') }} as emojis),
            char
        ), {{ chars }})),
        {{ said }}
    )
{%- endmacro %}
