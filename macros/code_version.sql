{% macro code_version() -%}
    {#-
        Changes with the code that reads the logs: rows computed by other code are computed anew, so an
        upgrade needs no full refresh.
    -#}
    {{- hash_of_code(
        ['staging', 'intermediate'],
        ['input_category_method', 'input_category_chars', 'input_category_score', 'input_complexity']
    ) -}}
{%- endmacro %}


{% macro judgement_version() -%}
    {#- The same for the layers that judge runs. -#}
    {{- hash_of_code(
        ['baselines', 'scores', 'regressions', 'predictions'],
        [
            'z_unusual', 'z_outlier', 'z_extreme', 'error_outlier_max_rate',
            'conditional_fit_runs', 'conditional_slope',
            'regression_window_runs', 'regression_cost_pct', 'regression_duration_pct',
            'calibrated_bounds', 'calibrated_min_runs', 'calibrated_history_runs', 'calibrated_cohort_min_runs',
            'calibrated_centre_prior_runs', 'calibrated_scale_prior_runs', 'calibrated_leverage_runs',
            'calibrated_call_tokens', 'calibrated_pool_days', 'calibrated_pool_min_runs', 'calibrated_prior_scale',
            'calibrated_min_scale', 'calibrated_output', 'calibrated_recent_runs', 'calibrated_error',
            'regression_test_windows', 'regression_runs_per_day', 'regression_effect_floor',
            'regression_false_discovery_rate', 'interval_z',
            'prediction_fixed_chars', 'prediction_slope', 'prediction_recent_runs', 'prediction_pool_runs', 'prediction_scale_prior_runs', 'prediction_smearing_prior_runs', 'prediction_extreme_miss',
            'prediction_version'
        ]
    ) -}}
{%- endmacro %}


{% macro hash_of_code(folders, var_names) -%}
    {#- Of the models in some folders of `models/`, of the vars that they read, and of every macro. -#}
    {%- if execute -%}
        {%- set versions = [] -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.resource_type == 'model' and node.fqn[1] in folders -%}
                {%- do versions.append(node.unique_id ~ node.checksum.checksum) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- Macros are not in dbt's graph, but in its context; which of them a model uses it does not tell. -#}
        {%- for name, callable in context['tokenhouse'].items() -%}
            {%- do versions.append(name ~ callable.macro.macro_sql) -%}
        {%- endfor -%}
        {%- for name in var_names -%}
            {%- do versions.append(name ~ (var(name) | tojson)) -%}
        {%- endfor -%}
        {{- local_md5(versions | sort | join) -}}
    {%- endif -%}
{%- endmacro %}
