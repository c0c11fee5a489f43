{% macro has_other_prices(model_prices) -%}
    {#-
        Condition of the calls of runs of which a call is priced otherwise by now: its prices changed or went, or there are some
        where there were none. All calls of such a run are computed again, because they have one version.
    -#}
    run_version in (
        select priced.run_version from {{ this }} as priced
        where
            (priced.price_version != 0 and priced.price_version not in (select price_version from {{ ref(model_prices) }}))
            or (priced.price_version = 0 and priced.price_key in (select price_key from {{ ref(model_prices) }}))
    )
{%- endmacro %}
