{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(session_id, message_id)',
) }}

-- Runs, calls and tool calls are made of the same events: their JSON is parsed once, here.
with

changed_sessions as (

    {{ changed_sessions('cascade') }}

),

logs as (

    select * from {{ ref('stg_cascade__logs') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

)

select
    ----------  ids
    'cascade' as source,
    logs.session_id as run_key,
    changed_sessions.run_version as run_version,
    logs.session_id as session_id,
    logs.message_id as message_id,
    logs.cascade_id as cascade_id,
    logs.species_hash as species_hash,
    logs.genus_hash as genus_hash,

    ----------  text
    logs.cell_name as cell_name,
    logs.node_type as node_type,
    logs.role as role,
    logs.model as model,
    logs.provider as provider,
    logs.error_type as error_type,
    logs.error_message as error_message,
    logs.tool_name as tool_name,

    ----------  numerics
    logs.cost_usd as cost_usd,
    logs.input_tokens as input_tokens,
    logs.output_tokens as output_tokens,
    logs.duration_ms as duration_ms,
    logs.candidate_index as candidate_index,
    logs.reforge_step as reforge_step,
    logs.evaluator_score as evaluator_score,
    logs.content_chars as content_chars,

    ----------  booleans
    logs.is_winner as is_winner,

    ----------  timestamps
    logs.logged_at as logged_at

from logs
inner join changed_sessions
    on logs.session_id = changed_sessions.session_id
