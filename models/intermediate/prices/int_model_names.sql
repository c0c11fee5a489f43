{{ config(materialized='view') }}

{%- set syntax = var('provider_syntax') %}
{%- set ends = ['name_without_end', 'name_without_two', 'bare_name'] %}

{#- The names under which the price book may list a logged model, and whose its price should be. -#}
with

calls as (

    select * from {{ ref('int_calls__unioned') }}

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
            replaceRegexpOne(logged_name, '{{ var("model_name_seller") }}', '\\1/')
        ) as whole_name,
        trimLeft(replaceRegexpOne(whole_name, '{{ var("model_name_variant") }}', ''), '@') as fixed_name,
        replaceRegexpOne(fixed_name, '{{ var("model_name_fine_tuned") }}', '\\1') as plain_name,
        {{ billing_provider('provider') }} as logged_provider,
        multiIf(
            {% for seller in syntax -%}
                match(logged_name, '{{ syntax[seller] }}'), '{{ seller }}',
            {% endfor -%}
            logged_provider
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
        -- How hard to think, whether to show it, and how fast to answer: up to three ends of a name.
        {% for name in ends -%}
            replaceRegexpOne({{ ends[loop.index0 - 1] if loop.index0 else 'written_name' }}, '{{ var("model_name_effort") }}', '\\1') as {{ name }},
        {% endfor -%}
        arrayConcat(
            [(written_name, if(logged_name = spelling or is_alias, 0, 1), 1, 0), (normal_name, 2, 1, 0), (undated_name, 3, 1, 0)],
            if(is_alias, [], [(arrayStringConcat(arraySlice(splitByChar('/', whole_name), position), '/'), 0, 1, 0)]),
            if(position = 1, [(logged_name, 0, 1, 0), ('*', 4, 1, 0)], []),
            if(position = 1 and endsWith(logged_name, ':free'), [(':free', 4, 1, 0)], []),
            {% for name in ends -%}
                {%- set normal = normal_model_name(name) -%}
                if(
                    name_without_end = written_name,
                    [],
                    [({{ name }}, 1, 1, {{ loop.index }}), ({{ normal }}, 1, 1, {{ loop.index }}), ({{ undated_model_name(normal) }}, 1, 1, {{ loop.index }})]
                ),
            {% endfor -%}
            -- Azure and Bedrock list what a region costs under the region's name.
            if(region = '', [], [(concat(region, '/', written_name), 0, 0, 0)]),
            if({{ region_family('region') }} in ('', region), [], [(concat({{ region_family('region') }}, '/', written_name), 0, 0, 0)])
        ) as names
    from spelled_requests

)

select
    provider,
    model,
    region,
    logged_provider,
    logged_name,
    billed_by,
    prefix_provider,
    is_alias,
    valid_from,
    valid_to,
    position,
    written_name,
    undated_name,
    arrayJoin(arrayDistinct(names)) as named,
    named.1 as name,
    named.2 as level,
    named.3 as is_without_region,
    named.4 as dropped_end_count
from named_requests
