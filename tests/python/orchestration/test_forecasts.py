"""The forecasts' asset: a method worse than naive blocks the models downstream."""

from dataclasses import replace
from datetime import date

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from orchestration.defs.forecasting.assets import CHOICES, FORECASTS, NOT_WORSE, daily_forecasts
from orchestration.forecasting.fitting import fit
from orchestration.forecasting.publishing import publish as publishing

CUTOFF = date(2026, 3, 31)


@pytest.fixture(scope="module")
def published():
    days = pd.date_range(end=CUTOFF, periods=90)
    costs = 5 + np.sin(np.arange(90) * 2 * np.pi / 7) + np.random.default_rng(1).normal(0, 0.3, 90)
    history = pd.DataFrame({"unique_id": "total", "ds": days, "y": costs})
    return publishing.Published("cost_usd", fit(history, CUTOFF), history)


@pytest.fixture
def run(monkeypatch):
    """Return a function that materializes the forecasts and a mart, and returns the results."""

    def materialize(*metrics):
        monkeypatch.setattr(publishing, "publish", lambda: list(metrics))
        built = []

        @dg.asset(deps=[CHOICES])
        def mart():
            built.append(1)

        result = dg.materialize([daily_forecasts(), mart], raise_on_error=False)
        return result, bool(built)

    return materialize


def checks(result):
    return [(found.check_name, found.passed) for found in result.get_asset_check_evaluations()]


def test_r040_good_forecasts_are_shown_with_a_chart_of_each_metric(run, published):
    result, is_mart_built = run(published)
    assert result.success and is_mart_built
    assert checks(result) == [(NOT_WORSE, True)]
    (forecasts,) = [
        event.materialization
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(["ml", "daily_forecasts"])
    ]
    picture = forecasts.metadata["cost_usd_chart"].value
    assert picture.startswith("![cost_usd](data:image/png;base64,iVBORw0KGgo")
    assert len(picture) < 100_000


def test_r040_worse_than_naive_blocks_the_models_downstream(run, published):
    """R040: the check blocks. A test of forecasting checks that the last forecast stays."""
    worse = replace(published.fit.choice, is_published=False, reason="Worse than naive.")
    result, is_mart_built = run(replace(published, fit=replace(published.fit, choice=worse)))
    assert not result.success and not is_mart_built
    assert checks(result) == [(NOT_WORSE, False)]


def test_an_empty_warehouse_is_no_failure(run):
    result, is_mart_built = run()
    assert result.success and is_mart_built


def test_a_load_does_not_refit(definitions):
    """New files rebuild the models downstream; only the daily schedule fits forecasts."""
    from orchestration.defs.automation.sensors import selection_for
    from orchestration.loading.sources import SOURCES

    everything = {source.entity for source in SOURCES}
    assert not selection_for(everything, definitions.get_repository_def()) & set(FORECASTS)
    job = definitions.resolve_job_def("load_and_build")
    assert set(FORECASTS) <= job.asset_layer.executable_asset_keys
