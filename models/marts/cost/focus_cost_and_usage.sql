{{ config(order_by='(ChargePeriodStart, ProviderName, SkuMeter)') }}

{#- Names, order and values are those of the FinOps Open Cost and Usage Specification 1.2. -#}
{%- set publishers = var('model_publishers') -%}

with

charges as (

    select * from {{ ref('int_call_charges') }}

),

runs as (

    select
        run_id,
        project,
        organization_id
    from {{ ref('int_runs') }}

),

summed as (

    select
        charges.called_date as date,
        if(charges.provider = '', 'unknown', charges.provider) as biller,
        if(charges.model = '', 'unknown', charges.model) as sku,
        charges.region as region,
        charges.service_tier as service_tier,
        charges.tags as tags,
        charges.price_id as price_id,
        charges.above_input_tokens as above_input_tokens,
        charges.meter as meter,
        charges.unit as unit,
        charges.per as per,
        charges.is_split as is_split,
        charges.list_usd as list_usd,
        charges.contracted_usd as contracted_usd,
        runs.project as project,
        if(charges.organization_id != '', charges.organization_id, runs.organization_id) as organization_id,
        sum(charges.used) as used,
        sum(charges.cost_usd) as cost_usd
    from charges
    inner join runs
        on charges.run_id = runs.run_id
    group by
        date, biller, sku, region, service_tier, tags, price_id, above_input_tokens, meter, unit, per, is_split, list_usd, contracted_usd,
        project, organization_id

),

named as (

    select
        *,
        toStartOfMonth(date) as month,
        multiIf(
            {% for pattern, publisher in publishers.items() -%}
                match(sku, '{{ pattern }}'), '{{ publisher }}',
            {% endfor -%}
            biller
        ) as publisher,
        -- What no price splits is billed as an amount: so many dollars, at one dollar each.
        if(is_split, used / per, cost_usd) as quantity,
        if(is_split, list_usd, 1) as list_price_usd,
        if(is_split, contracted_usd, 1) as contracted_price_usd
    from summed

)

select
    cost_usd as BilledCost,
    if(organization_id != '', organization_id, biller) as BillingAccountId,
    nullIf(organization_id, '') as BillingAccountName,
    'USD' as BillingCurrency,
    toDateTime(month + interval 1 month, 'UTC') as BillingPeriodEnd,
    toDateTime(month, 'UTC') as BillingPeriodStart,
    'Usage' as ChargeCategory,
    cast(null as Nullable(String)) as ChargeClass,
    concat(meter, ' of ', sku) as ChargeDescription,
    'Usage-Based' as ChargeFrequency,
    toDateTime(date + 1, 'UTC') as ChargePeriodEnd,
    toDateTime(date, 'UTC') as ChargePeriodStart,
    used as ConsumedQuantity,
    unit as ConsumedUnit,
    toDecimal128(toDecimal256(quantity, 12) * contracted_price_usd, 12) as ContractedCost,
    contracted_price_usd as ContractedUnitPrice,
    cost_usd as EffectiveCost,
    biller as InvoiceIssuerName,
    toDecimal128(toDecimal256(quantity, 12) * list_price_usd, 12) as ListCost,
    list_price_usd as ListUnitPrice,
    'Standard' as PricingCategory,
    quantity as PricingQuantity,
    multiIf(not is_split, 'Dollars', per = 1, unit, concat(toString(per), ' ', unit)) as PricingUnit,
    biller as ProviderName,
    publisher as PublisherName,
    nullIf(region, '') as RegionId,
    nullIf(region, '') as RegionName,
    'AI and Machine Learning' as ServiceCategory,
    'Model Inference' as ServiceName,
    'Generative AI' as ServiceSubcategory,
    sku as SkuId,
    meter as SkuMeter,
    -- It stays the same when a price changes, and for whoever has another one: neither amount nor days are in it.
    arrayStringConcat(
        arrayFilter(
            part -> part != '',
            [
                biller, sku, meter, region, if(service_tier = 'standard', '', service_tier),
                if(above_input_tokens > 0, concat('above ', toString(above_input_tokens)), '')
            ]
        ),
        '/'
    ) as SkuPriceId,
    nullIf(project, '') as SubAccountId,
    nullIf(project, '') as SubAccountName,
    if(empty(tags), null, toJSONString(mapFromArrays(tags, arrayMap(tag -> true, tags)))) as Tags,
    nullIf(price_id, '') as x_PriceId,
    nullIf(service_tier, '') as x_ServiceTier
from named
