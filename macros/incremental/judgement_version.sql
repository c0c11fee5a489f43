{% macro judgement_version() -%}
    {#- As code_version, for the layers that judge runs. -#}
    {{- hash_of_code(
        ['baselines', 'scores', 'regressions', 'predictions'],
        [
            'comparison_decimals', 'z_unusual', 'z_outlier', 'z_extreme', 'error_outlier_max_rate',
            'conditional_fit_runs', 'conditional_slope',
            'regression_window_runs', 'regression_cost_pct', 'regression_duration_pct',
            'calibrated_false_alarm_rate', 'calibrated_fault_share', 'calibrated_tail', 'calibrated_min_runs', 'calibrated_history_runs', 'calibrated_cohort_min_runs',
            'calibrated_location_prior_runs', 'calibrated_scale_prior_runs', 'calibrated_leverage_runs',
            'calibrated_call_tokens', 'calibrated_pool_days', 'calibrated_pool_min_runs', 'calibrated_prior_scale',
            'calibrated_min_scale', 'calibrated_spread', 'calibrated_output', 'calibrated_recent_runs', 'calibrated_last_runs', 'calibrated_bound_exponent', 'calibrated_slow_hours', 'calibrated_error',
            'regression_test_windows', 'regression_runs_per_day', 'regression_min_effect',
            'regression_false_discovery_rate', 'regression_immediate_share', 'interval_z',
            'prediction_fixed_chars', 'prediction_slope', 'prediction_cohort_min_runs', 'prediction_recent_runs', 'prediction_single_call_share', 'prediction_location_prior_runs', 'prediction_pool_runs', 'prediction_scale_prior_runs', 'prediction_smearing_prior_runs', 'prediction_extreme_residual',
            'prediction_version'
        ]
    ) -}}
{%- endmacro %}
