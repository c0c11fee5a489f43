{{ config(order_by='(provider, model, region)') }}

{#- Which model of the price book a logged name means: the one home of the rule, also for `prices show`. -#}
with

calls as (

    select * from {{ ref('int_calls__unioned') }}

),

price_book as (

    select * from {{ ref('int_price_book') }}

),

aliases as (

    select * from {{ ref('model_aliases') }}

),

requests as (

    select distinct
        provider,
        model,
        region
    from calls
    where is_billable

),

written_requests as (

    select
        *,
        lower(trimBoth(model)) as logged_name,
        if(
            logged_name like 'arn:%',
            replaceRegexpOne(logged_name, '{{ var("model_name_arn") }}', '\\1'),
            logged_name
        ) as whole_name,
        replaceRegexpOne(
            trimLeft(replaceRegexpOne(whole_name, '{{ var("model_name_variant") }}', ''), '@'),
            '{{ var("model_name_fine_tuned") }}',
            '\\1'
        ) as plain_name,
        multiIf(
            {% for syntax_provider, pattern in var('provider_syntax').items() -%}
                match(logged_name, '{{ pattern }}'), '{{ syntax_provider }}',
            {% endfor -%}
            {{ billing_provider('provider') }}
        ) as billed_by
    from requests

),

dated_aliases as (

    select
        *,
        leadInFrame(toNullable(valid_from)) over (
            partition by alias, provider
            order by valid_from
            rows between current row and unbounded following
        ) - 1 as valid_to
    from aliases

),

-- An alias stands for the name on its days, and the name for itself on the others.
spelled_requests as (

    select
        written_requests.*,
        written_requests.plain_name as spelling,
        false as is_alias,
        toDate('1970-01-01') as valid_from,
        cast(null as Nullable(Date)) as valid_to
    from written_requests

    union all

    select
        written_requests.*,
        lower(dated_aliases.model) as spelling,
        true as is_alias,
        dated_aliases.valid_from as valid_from,
        dated_aliases.valid_to as valid_to
    from written_requests
    inner join dated_aliases
        on written_requests.logged_name = dated_aliases.alias
    where dated_aliases.provider in ('', written_requests.billed_by)

),

-- The names it may be listed under: with ever fewer of a router's prefixes, each as it is written, in the
-- normal spelling, and without its release.
named_requests as (

    select
        *,
        splitByChar('/', spelling) as parts,
        arrayJoin(arrayEnumerate(parts)) as position,
        arrayStringConcat(arraySlice(parts, position), '/') as written_name,
        if(position = 1, '', {{ billing_provider('parts[position - 1]') }}) as prefix_provider,
        {{ normal_model_name('written_name') }} as normal_name,
        {{ undated_model_name('normal_name') }} as undated_name,
        arrayConcat(
            [(written_name, if(logged_name = spelling or is_alias, 0, 1), 1), (normal_name, 2, 1), (undated_name, 3, 1)],
            if(position = 1, [(logged_name, 0, 1), (whole_name, 1, 1), ('*', 4, 1)], []),
            if(position = 1 and endsWith(logged_name, ':free'), [(':free', 4, 1)], []),
            -- Azure and Bedrock list what a region costs under the region's name.
            if(region = '', [], [(concat(region, '/', written_name), 0, 0)]),
            if(
                {{ region_family('region') }} in ('', region),
                [],
                [(concat({{ region_family('region') }}, '/', written_name), 0, 0)]
            )
        ) as names
    from spelled_requests

),

candidates as (

    select
        * except (names, parts),
        arrayJoin(arrayDistinct(names)) as named,
        named.1 as name,
        named.2 as level,
        named.3 as is_without_region
    from named_requests

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
        greatest(candidates.level, listed_names.level) as match_level,
        match(candidates.written_name, '{{ var("model_name_region") }}')
        and not match(listed_names.model, '{{ var("model_name_region") }}') as is_region_stripped,
        candidates.position as position,
        -- Whose price: the seller's, that of the same company, the one that the name says, a maker's, any.
        multiIf(
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
            seller_rank > 2,
            match_level > 2 and seller_rank > 2,
            seller_rank > 1,
            if(seller_rank > 2, seller_rank, 0),
            match_level,
            candidates.is_without_region,
            candidates.position,
            match(listed_names.model, '{{ var("model_name_region") }}'),
            listed_names.normal_name != candidates.undated_name,
            not endsWith(listed_names.model, '-latest')
        ) as match_rank

    from candidates
    inner join listed_names
        on candidates.name = listed_names.name
    where
        -- An override names exactly one model, so it is not stretched over its releases.
        (listed_names.price_scope = 'book' or candidates.name = candidates.logged_name)
        and (listed_names.model != '*' or listed_names.provider = candidates.billed_by)

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
        match_level = 3, 'undated',
        price_model in ('*', ':free'), 'free',
        is_region_stripped, 'region_stripped',
        match_level = 2, 'respelled',
        position > 1 and seller_rank > 1 and seller_rank != 3, 'prefix_stripped',
        match_level = 1, 'variant',
        'exact'
    ) as price_match
from matches
order by match_rank, price_model desc, price_provider
limit 1 by provider, model, region, price_scope, is_alias, valid_from
