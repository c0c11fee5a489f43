{{ config(materialized='ephemeral') }}

{#- Results of providers' reports, once for the provider, and once for a key or a person that calls name, too. -#}
with

reports as (

    select
        report_id,
        report_date as date,
        report,
        provider,
        {{ undated_model_name(normal_model_name('lower(model)')) }} as model,
        api_key_id,
        user_id,
        request_count,
        input_tokens + output_tokens as tokens,
        toDecimal128(cost_usd, 12) as cost_usd,
        model != '' as has_model
    from {{ ref('stg_generic__usage_reports') }}

),

-- Others would only seem to have called nothing.
named_entities as (

    select distinct arrayJoin([('api_key', api_key_id), ('user', user_id)]) as entity
    from {{ ref('int_calls') }}
    where is_billable

),

-- What others of the same report say, and this result does not, is unknown.
judged as (

    select
        *,
        request_count is null and count(request_count) over (partition by report, date) > 0 as is_count_unknown,
        tokens is null and count(tokens) over (partition by report, date) > 0 as are_tokens_unknown,
        cost_usd is null and count(cost_usd) over (partition by report, date) > 0 as is_cost_unknown
    from reports

)

select
    * except (report, api_key_id, user_id),
    arrayJoin([('provider', provider), ('api_key', api_key_id), ('user', user_id)]) as entity
from judged
where
    entity.1 = 'provider'
    or (entity.2 != '' and entity in (select named_entities.entity from named_entities))
