{% macro cost_note() -%}
    {#- Why a call has no cost, or why its reported cost does not count, over the columns of `judged_calls` in `int_calls`. -#}
    multiIf(
        is_zero_unbelievable,
        concat(
            'The source reports a cost of 0 for ',
            if(
                coalesce(total_tokens, 0) > 0,
                concat(toString(assumeNotNull(total_tokens)), ' tokens'),
                'what was used'
            ),
            if(computed_cost_usd is null, '.', ' of a model that costs money.')
        ),
        counted_cost != 'missing' or not is_billable, '',
        price_id is null, 'No price is known for this model.',
        input_tokens is null and output_tokens is null and empty(usage_units), 'The log holds no usage.',
        total_tokens is null, 'The log holds only a part of the usage.',
        'What was used is billed in a unit that has no price or is not in the log.'
    )
{%- endmacro %}
