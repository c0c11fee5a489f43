{{ config(order_by='(provider, model)') }}

with

calls as (

    select * from {{ ref('int_calls__unioned') }}

),

price_book as (

    select * from {{ ref('int_price_book') }}

),

models as (

    select distinct
        provider,
        model
    from calls
    where is_billable

),

-- The names a model may be listed under, the surest first: as logged, with ever fewer of a router's
-- prefixes, then the same without the date of its release.
listed_names as (

    select
        provider,
        model,
        splitByChar('/', lower(model)) as name_parts,
        arrayMap(
            part -> arrayStringConcat(arraySlice(name_parts, part), '/'),
            arrayEnumerate(name_parts)
        ) as full_names,
        arrayDistinct(arrayConcat(
            full_names,
            arrayMap(name -> replaceRegexpOne(name, '{{ var("model_date_suffix") }}', ''), full_names)
        )) as names

    from models

),

named_models as (

    select
        provider,
        model,
        arrayJoin(arrayEnumerate(names)) as name_rank,
        names[name_rank] as listed_name
    from listed_names

),

book_matches as (

    select
        named_models.provider as provider,
        named_models.model as model,
        price_book.price_id as price_id,
        price_book.price_scope as price_scope,
        -- One provider's prices under one name: mixing several would mix their histories. Where the
        -- log names no provider, or one the book does not know, the maker's own prices stand.
        (
            named_models.name_rank,
            multiIf(price_book.provider = named_models.provider, 1, price_book.provider = '', 2, 3),
            price_book.provider not in ({{ "'" ~ var("model_makers") | join("', '") ~ "'" }}),
            price_book.price_source = 'imported',
            price_book.provider
        ) as match_rank

    from named_models
    inner join price_book
        on named_models.listed_name = price_book.model
    where
        price_book.price_scope in ('model', 'book')
        -- An override names exactly one model, so it is not stretched over its dated versions.
        and (price_book.price_scope = 'book' or named_models.name_rank = 1)

),

ranked_matches as (

    select
        *,
        min(match_rank) over (partition by provider, model, price_scope) as best_rank
    from book_matches

),

best_matches as (

    select
        provider,
        model,
        price_id,
        -- Most specific wins (R087): a model's own override, the book, the provider's, the default.
        if(price_scope = 'model', 1, 2) as scope_rank
    from ranked_matches
    where
        match_rank.1 = best_rank.1
        and match_rank.2 = best_rank.2
        and match_rank.5 = best_rank.5

),

fallback_matches as (

    select
        models.provider as provider,
        models.model as model,
        price_book.price_id as price_id,
        if(price_book.price_scope = 'provider', 3, 4) as scope_rank

    from models
    cross join price_book
    where
        (price_book.price_scope = 'provider' and price_book.provider = models.provider)
        or price_book.price_scope = 'default'

),

matches as (

    select * from best_matches

    union all

    select * from fallback_matches

),

priced_models as (

    select
        matches.provider as provider,
        matches.model as model,
        -- In the order in which a call tries them; the first that holds on its day is its price.
        arraySort(
            price -> (price.scope_rank, -toInt32(price.valid_from), price.source_rank, -toInt64(price.above_input_tokens)),
            groupArray(cast(
                (
                    matches.price_id,
                    matches.scope_rank,
                    if(price_book.price_source = 'imported', 1, 2),
                    price_book.valid_from,
                    price_book.above_input_tokens,
                    price_book.is_cache_in_input,
                    coalesce(price_book.input_usd_per_million_tokens, 0),
                    coalesce(price_book.output_usd_per_million_tokens, 0),
                    coalesce(
                        price_book.cache_read_usd_per_million_tokens,
                        price_book.input_usd_per_million_tokens,
                        0
                    ),
                    coalesce(
                        price_book.cache_write_5m_usd_per_million_tokens,
                        price_book.input_usd_per_million_tokens,
                        0
                    ),
                    coalesce(
                        price_book.cache_write_1h_usd_per_million_tokens,
                        price_book.cache_write_5m_usd_per_million_tokens,
                        price_book.input_usd_per_million_tokens,
                        0
                    ),
                    coalesce(
                        price_book.reasoning_usd_per_million_tokens,
                        price_book.output_usd_per_million_tokens,
                        0
                    )
                ),
                'Tuple(
                    price_id String, scope_rank UInt8, source_rank UInt8, valid_from Date, above_input_tokens UInt32,
                    is_cache_in_input Bool, input Decimal(18, 6), output Decimal(18, 6), cache_read Decimal(18, 6),
                    cache_write_5m Decimal(18, 6), cache_write_1h Decimal(18, 6), reasoning Decimal(18, 6)
                )'
            ))
        ) as prices,
        arrayMap(price -> price.price_id, prices) as price_ids

    from matches
    inner join price_book
        on matches.price_id = price_book.price_id
    group by
        provider,
        model

)

select * from priced_models
