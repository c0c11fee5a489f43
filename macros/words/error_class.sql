{% macro error_class(error_type) -%}
    {#-
        The class of an error as logged, by the first pattern of the seed `error_classes` in it, so that sources can be
        compared; `other` by none. Reads the list `(select listed.classes from error_patterns as listed)`.
    -#}
    coalesce(nullIf(arrayFirst(
        listed -> position(replaceRegexpAll(lower({{ error_type }}), '[^a-z0-9]', ''), listed.2) > 0,
        (select patterns.listed from error_patterns as patterns)
    ).3, ''), 'other')
{%- endmacro %}
