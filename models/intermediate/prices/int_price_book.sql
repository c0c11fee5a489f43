{{ config(order_by='(provider, model, valid_from)') }}

with

list_prices as (

    select * from {{ ref('model_prices') }}

),

imported_prices as (

    select * from {{ ref('stg_tokenhouse__imported_prices') }}

),

overrides as (

    select * from {{ ref('price_overrides') }}

),

unioned as (

    select
        'list' as price_source,
        'book' as price_scope,
        model,
        provider,
        {{ price_columns() }}
    from list_prices

    union all

    select
        'imported' as price_source,
        'book' as price_scope,
        model,
        provider,
        {{ price_columns() }}
    from imported_prices

    union all

    select
        'override' as price_source,
        override_scope as price_scope,
        if(override_scope = 'model', override_key, '') as model,
        if(override_scope = 'provider', override_key, '') as provider,
        {{ price_columns() }}
    from overrides

)

select
    concat(
        price_source, ':', price_scope, ':', provider, ':', model, ':', toString(valid_from),
        if(above_input_tokens > 0, concat(':', toString(above_input_tokens)), '')
    ) as price_id,
    price_source,
    price_scope,
    lower(model) as model,
    lower(provider) as provider,
    {{ price_columns() }}
from unioned
