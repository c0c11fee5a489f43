{{ config(order_by='call_id') }}

with

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where call_id != '' and notEmpty(failure_tags)

)

{% if 'chat' in var('sources') and var('store_excerpts') -%}
,

messages as (

    select * from {{ ref('stg_chat__messages') }}
    where role = 'assistant'

)

-- The beginning of what was judged to be wrong; other texts stay where they were logged.
select
    {{ run_id("'chat'", 'message_id') }} as call_id,
    substringUTF8(content, 1, {{ var('excerpt_chars') }}) as excerpt
from messages
where call_id in (select evaluations.call_id from evaluations)
{%- else -%}
select
    call_id,
    '' as excerpt
from evaluations
where 1 = 0
{%- endif %}
