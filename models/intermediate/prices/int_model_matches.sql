{{ config(order_by='(provider, model, region)') }}

{#- Which model of the price book a logged name means: the one home of the rule, also for `prices show`. -#}
with

candidates as (

    select * from {{ ref('int_model_names') }}

),

price_book as (

    select * from {{ ref('int_price_book') }}

),

listed_models as (

    select distinct
        price_scope,
        provider,
        model,
        {{ normal_model_name('model') }} as normal_name,
        {{ undated_model_name('normal_name') }} as undated_name
    from price_book
    where price_scope in ('model', 'book')

),

listed_names as (

    select
        *,
        arrayJoin(arrayDistinct([(model, 0), (normal_name, 2), (undated_name, 3)])) as listed,
        listed.1 as name,
        listed.2 as level
    from listed_models

),

matches as (

    select
        candidates.provider as provider,
        candidates.model as model,
        candidates.region as region,
        candidates.is_alias as is_alias,
        candidates.valid_from as valid_from,
        candidates.valid_to as valid_to,
        listed_names.price_scope as price_scope,
        listed_names.provider as price_provider,
        listed_names.model as price_model,
        candidates.dropped_end_count as dropped_end_count,
        greatest(candidates.level, listed_names.level) as match_level,
        match(candidates.written_name, '{{ var("model_name_region") }}')
        and not match(listed_names.model, '{{ var("model_name_region") }}') as is_region_stripped,
        candidates.position > 1 and candidates.prefix_provider != listed_names.provider as is_prefix_stripped,
        -- Whose price: the seller's, that of the same company, the one that the name says, a maker's, any.
        multiIf(
            listed_names.provider = candidates.logged_provider and match_level = 0, 0,
            listed_names.provider = candidates.billed_by, 1,
            {% for family in var('provider_families') -%}
                listed_names.provider in ('{{ family | join("', '") }}') and candidates.billed_by in ('{{ family | join("', '") }}'), 2,
            {% endfor -%}
            listed_names.provider = candidates.prefix_provider, 3,
            listed_names.provider in ('{{ var("model_makers") | join("', '") }}'), 4,
            5
        ) as seller_rank,
        -- Another release of a model at its seller is nearer than the same release at somebody else.
        (
            listed_names.price_scope != 'model',
            candidates.dropped_end_count,
            seller_rank > 2,
            match_level > 2 and seller_rank > 2,
            seller_rank > 1,
            if(seller_rank > 2, seller_rank, 0),
            match_level,
            seller_rank,
            candidates.is_without_region,
            candidates.prefix_provider != listed_names.provider,
            candidates.position,
            indexOf(['{{ var("model_makers") | join("', '") }}'], listed_names.provider),
            match(listed_names.model, '{{ var("model_name_region") }}'),
            not endsWith(listed_names.model, '-latest'),
            listed_names.normal_name != candidates.undated_name
        ) as match_rank

    from candidates
    inner join listed_names
        on candidates.name = listed_names.name
    where
        -- An override names exactly one model, so it is not stretched over its releases.
        (listed_names.price_scope = 'book' or candidates.name = candidates.logged_name)
        and (listed_names.model != '*' or listed_names.provider = candidates.billed_by)
        -- Where the seller is known and does not list the model, nobody else's price is taken but its maker's.
        and not (
            seller_rank = 5
            and (
                candidates.billed_by in (select sellers.provider from listed_models as sellers)
                or candidates.prefix_provider in (select sellers.provider from listed_models as sellers)
            )
        )

)

-- Of several releases the newest. The book's match stands behind an override of the model, for its days.
select
    provider,
    model,
    region,
    price_scope,
    is_alias,
    valid_from,
    valid_to,
    price_provider,
    price_model,
    multiIf(
        price_scope = 'model', 'override',
        is_alias, 'alias',
        dropped_end_count > 0, 'variant',
        match_level = 3, 'undated',
        price_model in ('*', ':free'), 'free',
        is_region_stripped, 'region_stripped',
        match_level = 2, 'respelled',
        is_prefix_stripped, 'prefix_stripped',
        match_level = 1, 'variant',
        'exact'
    ) as price_match
from matches
order by match_rank asc, price_model desc, price_provider asc
limit 1 by provider, model, region, price_scope, is_alias, valid_from
