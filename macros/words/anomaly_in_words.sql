{% macro anomaly_in_words() -%}
    {#- Why a run is an anomaly, or why it has no score; empty for a run that is neither. -#}
    arrayStringConcat(arrayFilter(reason -> reason != '', [
        if(is_cost_high or is_cost_low, {{ deviation_in_words('cost') }}, ''),
        if(is_duration_high or is_duration_low, {{ deviation_in_words('duration') }}, ''),
        if(is_tokens_high or is_tokens_low, {{ deviation_in_words('tokens') }}, ''),
        if(
            has_unlikely_errors,
            concat(
                toString(recent_error_run_count), ' of the {{ var('calibrated_recent_runs') }} runs before failed as well, usually ',
                {{ fixed_decimals('older_error_rate * 100', 1) }}, '%'
            ),
            ''
        ),
        if(is_missing_output, 'no output tokens, where comparable runs have some', ''),
        multiIf(
            is_scored, '',
            comparable_run_count < {{ var('calibrated_min_runs') }},
            concat(
                'no score: ', toString(comparable_run_count), ' of {{ var('calibrated_min_runs') }} earlier runs of the workflow and model'
            ),
            'no score: neither cost, duration nor tokens are known of enough runs'
        )
    ]), '; ')
{%- endmacro %}
