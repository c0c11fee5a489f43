{{ config(enabled='pipelines' in var('sources')) }}

with

executions as (

    select * from {{ ref('stg_pipelines__executions') }}

),

listed as (

    select
        execution_id,
        started_at as execution_started_at,
        {{ json_members('stages_json') }} as members,
        arrayJoin(arrayZip(members, arrayEnumerate(members))) as member,
        {{ json_fields({
            'stage_id': 'String',
            'id': 'String',
            'name': 'String',
            'type': 'String',
            'status': 'String',
            'provider': 'String',
            'model': 'String',
            'input_tokens': 'Nullable(String)',
            'cached_tokens': 'Nullable(String)',
            'output_tokens': 'Nullable(String)',
            'total_tokens': 'Nullable(String)',
            'cost_usd': 'Nullable(String)',
            'cost': 'Nullable(String)',
            'duration_ms': 'Nullable(String)',
            'error_type': 'String',
            'error_message': 'String',
            'started_at': 'String',
            'completed_at': 'String'
        }, 'member.1.2') }} as stage

    from executions
    where stages_json != ''

),

named as (

    select
        *,
        member.2 as stage_number,
        multiIf(
            stage.name != '', stage.name,
            member.1.1 != '', member.1.1,
            stage.stage_id != '', stage.stage_id,
            stage.id != '', stage.id,
            concat('stage ', toString(stage_number))
        ) as stage_name,
        {{ parse_timestamp('stage.started_at') }} as logged_started_at,
        {{ parse_timestamp('stage.completed_at') }} as logged_completed_at,
        {{ parse_number('stage.duration_ms') }} as logged_duration_ms,
        coalesce({{ parse_count('stage.total_tokens') }}, 0) as logged_total_tokens,
        {{ parse_count('stage.input_tokens') }} as logged_input_tokens,
        {{ parse_count('stage.output_tokens') }} as logged_output_tokens

    from listed

),

-- A stage that is tried again is listed again.
numbered as (

    select
        *,
        row_number() over (partition by execution_id, stage_name order by stage_number) as attempt
    from named

),

renamed as (

    select
        ----------  ids
        execution_id,
        -- The name and the attempt, which the first needs too if the name looks as if it had one.
        concat(stage_name, if(attempt > 1 or match(stage_name, '#\\d+$'), concat('#', toString(attempt)), '')) as stage_id,
        stage_number,
        attempt,

        ----------  text
        stage_name,
        stage.type as stage_type,
        lower(stage.provider) as provider,
        stage.model as model,
        stage.error_type as error_type,
        stage.error_message as error_message,

        ----------  numerics
        -- Tokens of a total that is not split count as input unless known to be output: the cheaper assumption.
        coalesce(
            logged_input_tokens,
            toUInt64(logged_total_tokens - least(logged_total_tokens, coalesce(logged_output_tokens, 0)))
        ) as input_tokens,
        coalesce({{ parse_count('stage.cached_tokens') }}, 0) as cached_tokens,
        coalesce(
            logged_output_tokens,
            toUInt64(logged_total_tokens - least(logged_total_tokens, input_tokens))
        ) as output_tokens,
        coalesce({{ parse_money('stage.cost_usd') }}, {{ parse_money('stage.cost') }}) as cost_usd,
        coalesce(
            logged_duration_ms,
            toFloat64(dateDiff('millisecond', logged_started_at, logged_completed_at))
        ) as duration_ms,

        ----------  timestamps
        coalesce(logged_started_at, execution_started_at) as started_at,
        coalesce(
            logged_completed_at,
            addMilliseconds(logged_started_at, toInt64(round(duration_ms)))
        ) as ended_at,
        {{ run_status('stage.status', "if(stage.status = '', started_at, ended_at)") }} as logged_status,
        if(logged_status = 'completed' and stage.error_type != '', 'failed', logged_status) as status,

        ----------  booleans
        toBool(status = 'failed' or stage.error_type != '') as is_error

    from numbered

)

select * except (logged_status) from renamed
