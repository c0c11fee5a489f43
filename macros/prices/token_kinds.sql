{% macro token_kinds(price='price', uncached='uncached_input_tokens') -%}
    {#- What of a call's tokens is billed at which price of a price tuple, each token once; reads the counts in scope. -#}
    {{- return([
        {'kind': 'input', 'tokens': plain_tokens(uncached, 'input', price)},
        {'kind': 'cache_read', 'tokens': plain_tokens('cache_read_tokens', 'cache_read', price)},
        {'kind': 'cache_write_5m', 'tokens': plain_tokens('cache_write_5m_tokens', 'cache_write', price)},
        {'kind': 'cache_write_1h', 'tokens': 'cache_write_1h_tokens'},
        {'kind': 'output', 'tokens': plain_tokens('answer_tokens', 'output', price)},
        {'kind': 'reasoning', 'tokens': 'reasoning_tokens'},
    ]) -}}
{%- endmacro %}
