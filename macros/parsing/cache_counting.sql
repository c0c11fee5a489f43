{% macro cache_counting(scope, version, provider) -%}
    {#-
        Whether a library's input tokens include the cached ones, by the var `otel_cache_counting`: by its
        instrumentation scope, its version and the provider asked. NULL where no rule says so.
    -#}
    multiIf(
        {%- for rule in var('otel_cache_counting') %}
        match({{ scope }}, '{{ rule.scope }}')
        {%- if rule.providers %} and {{ provider }} in ('{{ rule.providers | join("', '") }}'){% endif %}
        {%- if rule.below %} and {{ version }} != '' and arrayMap(part -> toUInt32OrZero(part), splitByChar('.', {{ version }})) < [{{ (rule.below | string).split('.') | join(', ') }}]{% endif %},
        {{ 'true' if rule.is_in_input else 'false' }},
        {%- endfor %}
        null
    )
{%- endmacro %}
