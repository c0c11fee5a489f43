{{ config(materialized='view') }}

{#- What the differing calls cost if their tokens are counted another way. -#}
{%- set counts = [
    'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens',
    'answer_tokens', 'reasoning_tokens',
] %}

with

priced_calls as (

    select * from {{ ref('int_differing_costs__priced') }}

),

counted_otherwise as (

    select
        call_id,
        reported_cost_usd,
        price,
        arrayJoin(arrayFilter(
            way -> way.3,
            [
                (
                    'cache_counted_twice', 'Cached tokens are counted as plain input too.', cached > 0,
                    (uncached + cached, cache_read, cache_write_5m, cache_write_1h, answer, reasoning), usage_units
                ),
                (
                    'cache_at_full_price', 'Cached tokens are billed as plain input.', cached > 0,
                    (uncached + cached, 0, 0, 0, answer, reasoning), usage_units
                ),
                (
                    'cache_not_counted', 'Cached tokens are not billed.', cached > 0,
                    (uncached, 0, 0, 0, answer, reasoning), usage_units
                ),
                (
                    'cache_lifetime', 'Cache writes of 1 hour are billed as writes of 5 minutes.', cache_write_1h > 0,
                    (uncached, cache_read, cache_write_5m + cache_write_1h, 0, answer, reasoning), usage_units
                ),
                (
                    'reasoning_counted_twice', 'Reasoning tokens are added to the output that holds them.', reasoning > 0,
                    (uncached, cache_read, cache_write_5m, cache_write_1h, answer + reasoning, reasoning), usage_units
                ),
                (
                    'reasoning_not_counted', 'Reasoning tokens are not billed.', reasoning > 0,
                    (uncached, cache_read, cache_write_5m, cache_write_1h, answer, 0), usage_units
                ),
                (
                    'units_not_counted', 'Only text tokens are billed.', notEmpty(usage_units),
                    (uncached, cache_read, cache_write_5m, cache_write_1h, answer, reasoning), mapFilter((unit, amount) -> false, usage_units)
                )
            ]
        )) as way
    from (
        select
            *,
            {% for count in counts -%}
                assumeNotNull({{ count }}) as {{ count | replace('_input_tokens', '') | replace('_tokens', '') }},
            {% endfor -%}
            cache_read + cache_write_5m + cache_write_1h as cached
        from priced_calls
        where
            is_own_price
            and isNotNull(uncached_input_tokens)
            and isNotNull(answer_tokens)
    ) as own_priced_calls

)

select
    call_id,
    reported_cost_usd,
    way.1 as reason,
    way.2 as detail,
    {% for count in counts -%}
        toUInt64(way.4.{{ loop.index }}) as {{ count }},
    {% endfor -%}
    way.5 as usage_units,
    {{ call_cost() }} as explained_cost_usd
from counted_otherwise
