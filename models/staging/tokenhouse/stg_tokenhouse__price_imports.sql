with

source as (

    select * from {{ source('tokenhouse', 'price_imports') }}

),

-- A price list is imported as a whole: of a list imported again, no row of the earlier one stays.
newest as (

    select
        *,
        max(_imported_at) over (partition by model, provider, valid_from) as newest_imported_at
    from source

)

select
    model,
    provider,
    {{ price_columns() }}
from newest
where _imported_at = newest_imported_at
