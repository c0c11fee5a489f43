"""The tables of daily forecasts: back-test, select a method, check, publish."""

import base64
from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.defs.policies import group_of, owners_of, policy, pool_of
from orchestration.defs.translator import asset_key, layer_of
from orchestration.forecasting.publishing.names import NOT_WORSE, TABLES
from orchestration.transformation.manifest import read_manifest

__all__ = ["CHOICES", "FORECASTS", "daily_forecasts", "forecasting"]

CHOICES = dg.AssetKey(["ml", "forecast_choices"])
_SERIES = dg.AssetKey(["intermediate", "int_daily_series"])
FORECASTS = tuple(dg.AssetKey(["ml", table]) for table in TABLES)
_DAILY = dg.AssetKey(["ml", "daily_forecasts"])


@dg.definitions
def forecasting() -> dg.Definitions:
    """Return the tables of forecasts; importing this reads no manifest."""
    return dg.Definitions(assets=[daily_forecasts()])


def daily_forecasts() -> dg.AssetsDefinition:
    """Return the tables of forecasts, and how they are made.

    Returns
    -------
    dagster.AssetsDefinition
        An asset per table, as the dbt sources declare them.
    """
    specs = _specs()

    @dg.multi_asset(
        name="forecast_daily_series",
        pool=pool_of("forecasts"),
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                NOT_WORSE,
                asset=CHOICES,
                blocking=True,
                description=(
                    "In back-tests that were not used to select it, the method of each metric is "
                    "not worse than repeating the last day or week. If it is, its forecasts are "
                    "not written, the last good ones stay, and nothing downstream is built."
                ),
            )
        ],
    )
    def daily_series(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        """Forecast cost, runs and tokens of every series for 30 days, and publish the results."""
        from orchestration.forecasting.publishing.publish import publish

        published = publish()
        for one in published:
            context.log.info(f"{one.metric}, to {one.fit.cutoff}: {one.fit.choice.reason}")
        if not published:
            context.log.info("There is no complete day yet, so nothing is forecast.")
        yield from (
            dg.MaterializeResult(asset_key=spec.key, metadata=_metadata(spec.key, published))
            for spec in specs
            if spec.key != CHOICES
        )
        yield dg.MaterializeResult(
            asset_key=CHOICES,
            metadata=_metadata(CHOICES, published),
            check_results=[
                dg.AssetCheckResult(
                    asset_key=CHOICES,
                    check_name=NOT_WORSE,
                    passed=all(one.fit.choice.is_published for one in published),
                    metadata={one.metric: one.fit.choice.reason for one in published},
                )
            ],
        )

    return daily_series


def _specs() -> list[dg.AssetSpec]:
    """Return the tables as the dbt sources declare them."""
    manifest = read_manifest()
    return [
        dg.AssetSpec(
            asset_key(table),
            owners=owners_of(manifest, "forecasting"),
            deps=[_SERIES],
            description=table["description"].strip(),
            group_name=group_of(layer_of(table)),
            kinds={"clickhouse", "scikitlearn"},
            freshness_policy=policy(layer_of(table)).freshness,
            automation_condition=policy(layer_of(table)).automation,
        )
        for table in sorted(manifest["sources"].values(), key=lambda table: table["name"])
        if asset_key(table) in FORECASTS
    ]


def _metadata(key: dg.AssetKey, published: list) -> dict[str, Any]:
    """Return the reasons of the selection, and for the forecasts a chart of each total."""
    from orchestration.forecasting.publishing.charts import chart

    if key == _DAILY:
        return {f"{one.metric}_chart": _picture(chart(one), one.metric) for one in published}
    if key == CHOICES:
        return {one.metric: one.fit.choice.reason for one in published}
    return {"metrics": len(published)}


def _picture(png: bytes, title: str) -> dg.MetadataValue:
    return dg.MetadataValue.md(
        f"![{title}](data:image/png;base64,{base64.b64encode(png).decode()})"
    )
