{% macro comparison_in_words() -%}
    {#- What a comparison found, as a sentence, over the columns of `judged` in `mart_comparisons`. -#}
    {%- set verbs = {
        'success_share': 'succeeds', 'error_share': 'fails', 'qa_pass_share': 'passes its checks',
        'tool_error_share': 'has failing tool calls', 'avg_rating': 'is rated', 'avg_score': 'scores',
        'cost_per_message_usd': 'costs', 'avg_latency_ms': 'takes', 'tokens_per_message': 'uses',
    } -%}
    {%- set extremes = {'cost_per_message_usd': 'expensive', 'avg_latency_ms': 'slow', 'tokens_per_message': 'long'} -%}
    {%- set p_text = "replace(concat('p = ', " ~ fixed_decimals('p_value', 4) ~ "), 'p = 0.0000', 'p < 0.0001')" -%}
    {%- set is_up = 'effect > 0' -%}
    concat(
        if(is_early and verdict in ('better', 'worse'), 'an early look: ', ''),
        coalesce(multiIf(
            verdict = 'no_control', 'There is nothing to compare with: the control was not used.',
            verdict = 'invalid_split', concat(
                'The split is broken: ', toString(variant_units), ' against ', toString(control_units), ' ', unit_kind,
                's are not what was planned; nothing can be concluded.'
            ),
            verdict = 'contaminated', concat('Too many ', unit_kind, 's saw several variants; nothing can be concluded.'),
            verdict = 'too_few', concat(
                'Too few units or events for a test: ', toString(variant_units), ' against ', toString(control_units), ' ', unit_kind, 's.'
            ),
            verdict = 'early', 'an early look: no verdict before the planned end.',
            verdict = 'inconclusive', concat(
                'No difference found; with ', toString(least(variant_units, control_units)), ' ', unit_kind,
                's a side only one above ', {{ amount_in_words('min_detectable_effect') }}, ' would have been.'
            ),
            verdict = 'no_difference', concat(
                'No difference that matters: ', {{ signed_amount_in_words('effect') }}, ' (',
                {{ signed_amount_in_words('effect_low') }}, ' to ', {{ signed_amount_in_words('effect_high') }}, ').'
            ),
            concat(
                variant, ' ', transform(
                    metric,
                    [{% for metric in verbs %}'{{ metric }}'{{ ', ' if not loop.last }}{% endfor %}],
                    [{% for verb in verbs.values() %}'{{ verb }}'{{ ', ' if not loop.last }}{% endfor %}],
                    'has'
                ), ' ', {{ amount_in_words('abs(effect)') }}, ' ',
                multiIf(
                    metric_kind = 'share', if({{ is_up }}, 'more often', 'less often'),
                    metric_kind = 'rank', if({{ is_up }}, 'higher', 'lower'),
                    concat(
                        if({{ is_up }}, 'more', if(unit = 'tokens', 'fewer', 'less')),
                        multiIf(unit = 'tokens', ' tokens', unit = 'ms', ' time', '')
                    )
                ), ' (',
                {{ bare_amount_in_words('least(abs(effect_low), abs(effect_high))') }}, ' to ',
                {{ bare_amount_in_words('greatest(abs(effect_low), abs(effect_high))') }}, ')',
                multiIf(
                    metric_kind = 'skewed' and verdict = 'better' and success_low >= -success_floor, concat(
                        ' and is no worse: its success differs by ', {{ signed_points('success_difference') }}, ' points (',
                        {{ signed_points('success_low') }}, ' to ', {{ signed_points('success_high') }}, ')'
                    ),
                    metric_kind = 'skewed', '',
                    concat(', ', {{ value_in_words('variant_value') }}, ' against ', {{ value_in_words('control_value') }})
                ),
                if(metric_kind = 'skewed' and (ratio - 1) * difference < 0, concat(
                    '; a few ', transform(
                        metric,
                        [{% for metric in extremes %}'{{ metric }}'{{ ', ' if not loop.last }}{% endfor %}],
                        [{% for word in extremes.values() %}'{{ word }}'{{ ', ' if not loop.last }}{% endfor %}],
                        'large'
                    ), ' conversations drive the mean'
                ), ''),
                if(metric_kind = 'skewed', '', concat('; ', {{ p_text }})), '.'
            )
        ), '')
    )
{%- endmacro %}


{% macro signed_points(share) -%}
    concat(if({{ share }} < 0, '−', '+'), {{ fixed_decimals('abs(' ~ share ~ ') * 100', 1) }})
{%- endmacro %}


{% macro bare_amount_in_words(effect) -%}
    multiIf(
        metric_kind = 'share', {{ fixed_decimals('(' ~ effect ~ ') * 100', 1) }},
        metric_kind = 'rank', {{ fixed_decimals(effect, 2) }},
        concat({{ fixed_decimals('(' ~ effect ~ ') * 100', 0) }}, '%')
    )
{%- endmacro %}


{% macro amount_in_words(effect) -%}
    concat(
        {{ bare_amount_in_words(effect) }},
        multiIf(metric_kind = 'share', ' points', unit = 'stars', ' stars', '')
    )
{%- endmacro %}


{% macro signed_amount_in_words(effect) -%}
    concat(if({{ effect }} < 0, '−', '+'), {{ amount_in_words('abs(' ~ effect ~ ')') }})
{%- endmacro %}


{% macro value_in_words(value) -%}
    if(
        metric_kind = 'share',
        concat({{ fixed_decimals('(' ~ value ~ ') * 100', 1) }}, '%'),
        {{ fixed_decimals(value, 2) }}
    )
{%- endmacro %}
