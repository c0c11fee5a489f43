{{ config(enabled='orchestrator' in var('sources')) }}

with

runs as (

    select * from {{ ref('stg_orchestrator__runs') }}

),

-- A run that logs nothing of its models, or their names alone, is known from its totals, if it has any
-- yet.
listed as (

    select
        run_id,
        arrayJoin(if(
            empty(arrayFilter(member -> JSONType(member.2) = 'Object', {{ json_members('models_json') }}) as members)
            and (total_tokens > 0 or total_cost_usd is not null),
            [('unknown', concat('{"total_tokens":"', toString(coalesce(total_tokens, 0)), '","cost_usd":"', coalesce(toString(total_cost_usd), ''), '"}'))],
            members
        )) as member,
        {{ json_fields({
            'model': 'String',
            'model_name': 'String',
            'provider': 'String',
            'calls': 'Nullable(String)',
            'input_tokens': 'Nullable(String)',
            'prompt_tokens': 'Nullable(String)',
            'cached_input_tokens': 'Nullable(String)',
            'output_tokens': 'Nullable(String)',
            'completion_tokens': 'Nullable(String)',
            'total_tokens': 'Nullable(String)',
            'cost_usd': 'Nullable(String)',
            'total_cost': 'Nullable(String)'
        }, 'member.2') }} as usage

    from runs

),

counted as (

    select
        run_id,
        multiIf(
            member.1 != '', member.1,
            usage.model != '', usage.model,
            usage.model_name != '', usage.model_name,
            'unknown'
        ) as model,
        lower(usage.provider) as provider,
        {{ parse_count('usage.calls') }} as logged_call_count,
        coalesce({{ parse_count('usage.input_tokens') }}, {{ parse_count('usage.prompt_tokens') }}) as logged_input_tokens,
        coalesce({{ parse_count('usage.output_tokens') }}, {{ parse_count('usage.completion_tokens') }}) as logged_output_tokens,
        coalesce({{ parse_count('usage.total_tokens') }}, 0) as logged_total_tokens,
        coalesce({{ parse_count('usage.cached_input_tokens') }}, 0) as cached_input_tokens,
        coalesce({{ parse_money('usage.cost_usd') }}, {{ parse_money('usage.total_cost') }}) as cost_usd

    from listed

),

-- Tokens of a total that is not split count as input unless known to be output: the cheaper assumption.
split as (

    select
        run_id,
        model,
        provider,
        cost_usd,
        coalesce(logged_call_count, 1) as call_count,
        cached_input_tokens,
        coalesce(
            counted.logged_input_tokens,
            toUInt64(logged_total_tokens - least(logged_total_tokens, coalesce(counted.logged_output_tokens, 0)))
        ) as input_tokens,
        coalesce(
            counted.logged_output_tokens,
            toUInt64(logged_total_tokens - least(logged_total_tokens, input_tokens))
        ) as output_tokens

    from counted

),

-- A list may name a model for each agent that used it.
summed as (

    select
        run_id,
        model,
        max(provider) as provider,
        sum(split.call_count) as call_count,
        sum(split.input_tokens) as input_tokens,
        sum(split.cached_input_tokens) as cached_input_tokens,
        sum(split.output_tokens) as output_tokens,
        sum(split.cost_usd) as cost_usd

    from split
    group by
        run_id,
        model

)

select * from summed
