{{ config(order_by='call_id') }}

{%- set are_kept = 'chat' in var('sources') and var('store_excerpts') -%}

with

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where
        call_id != ''
        and notEmpty(failure_tags)

),

answers as (

    select
        {{ run_id("'chat'", id_within_run('conversation_id', 'message_id')) if are_kept else 'call_id' }} as call_id,
        substringUTF8({{ 'content' if are_kept else "''" }}, 1, {{ var('excerpt_chars') }}) as excerpt
    from {{ ref('stg_chat__messages') if are_kept else 'evaluations' }}
    where {{ "role = 'assistant'" if are_kept else '1 = 0' }}

)

-- The beginning of what was judged to be wrong; other texts stay where they were logged.
select
    answers.call_id as call_id,
    answers.excerpt as excerpt
from answers
where answers.call_id in (select evaluations.call_id from evaluations)
