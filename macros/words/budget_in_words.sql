{% macro budget_in_words() -%}
    {#- Where a budget stands, over the columns of `judged` in `mart_budgets`; empty without an amount. -#}
    if(
        amount_usd is null,
        '',
        concat(
            {{ budget_name('judged') }}, ': ',
            {{ dollars('spent_usd') }}, ' of ', {{ dollars('amount') }}, ' spent (', toString(percent), '%)',
            if(
                is_closed,
                concat(' from ', toString(period_start_date), ' to ', toString(period_last_date)),
                concat(' on day ', toString(elapsed_days), ' of ', toString(period_days))
            ),
            if(
                is_closed or expected_usd is null,
                '',
                concat(
                    '; expected to end at ', {{ dollars('assumeNotNull(expected_usd)') }},
                    ' (', if(expected_usd < toFloat64(amount), '', '+'),
                    {{ dollars('(assumeNotNull(expected_usd) - toFloat64(amount))') }}, ')'
                )
            ),
            if(known_breach_date is null, '', concat(', over on ', toString(assumeNotNull(known_breach_date)))),
            '.'
        )
    )
{%- endmacro %}
