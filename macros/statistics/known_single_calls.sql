{% macro known_single_calls(runs) -%}
    {#-
        CTEs up to `single_calls`: of each workflow and model, when the first run ended that made a single call, among new
        runs and those that this model has kept.
    -#}
ended_single_calls as (

    select
        {{ key_hash(['source', 'workflow_id', 'primary_model']) }} as model_key,
        ended_at as single_call_ended_at
    from {{ runs }}
    where log_output_cost is not null
    {% if is_incremental() -%}
        union all
        select
            {{ key_hash(['source', 'workflow_id', 'primary_model']) }} as model_key,
            ended_at as single_call_ended_at
        from {{ this }}
        where
            metric = 'output_cost'
            and actual is not null
    {%- endif %}

),

single_calls as (

    select
        model_key,
        min(single_call_ended_at) as known_at
    from ended_single_calls
    group by model_key

)
{%- endmacro %}
