"""Forecasts of a warehouse's own series: published atomically, not worse than naive, never lost."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from orchestration.errors import BadInputError
from orchestration.forecasting.presets import HORIZON
from orchestration.forecasting.publishing.publish import publish
from orchestration.warehouse.client import connect
from warehouses import Warehouse

FIRST_DAY, LAST_DAY = date(2026, 1, 5), date(2026, 4, 30)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
COST = ("cost_usd",)


def weekly_panel(seed=1, days=DAYS) -> pd.DataFrame:
    """Return three workflows of a weekly pattern, a sparse, a dead and a young one."""
    rng = np.random.default_rng(seed)
    week = 1 + 0.8 * np.sin(np.arange(days) * 2 * np.pi / 7)
    costs = {f"w{k}": week * np.exp(k + 0.1 * rng.normal(size=days)) for k in range(3)}
    costs["sparse"] = np.where(rng.random(days) < 0.1, 2.0, 0.0)
    costs["dead"] = np.where(np.arange(days) < 20, 1.0, 0.0)
    costs["young"] = np.append(np.full(days - 5, np.nan), np.full(5, 0.5))
    return as_series(costs)


def jumping_panel(days=60, seed=3) -> pd.DataFrame:
    """Return series whose level jumps by a factor of ten two days before the last origin.

    The last value adapts at once; averages over weeks do not.
    """
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.05, (20, days)))
    level = np.where(np.arange(days) < days - HORIZON - 2, 10.0, 100.0)
    return as_series({f"w{k}": level * one for k, one in enumerate(noise)})


def as_series(costs: dict[str, np.ndarray]) -> pd.DataFrame:
    days = pd.date_range(FIRST_DAY, periods=len(next(iter(costs.values()))))
    kinds = {f"workflow:{name}": ("workflow", name, values) for name, values in costs.items()}
    total = np.nansum(list(costs.values()), axis=0)
    kinds |= {"total": ("total", "", total), "project:p": ("project", "p", total)}
    frame = pd.concat(
        pd.DataFrame(
            {
                "unique_id": name,
                "series_kind": kind,
                "series_key": key,
                "metric": "cost_usd",
                "value": values,
                "evaluation_count": 0,
                "is_complete_day": True,
                "date": days.date,
            }
        )
        for name, (kind, key, values) in kinds.items()
    )
    return frame[frame["value"].notna()].reset_index(drop=True)


def write_series(panel: pd.DataFrame) -> None:
    with connect() as client:
        client.command("create database if not exists intermediate")
        client.command(
            "create table if not exists intermediate.int_daily_series (unique_id String, "
            "series_kind LowCardinality(String), series_key String, "
            "metric LowCardinality(String), value Float64, evaluation_count UInt64, "
            "is_complete_day Bool, date Date) engine = MergeTree order by (metric, unique_id, date)"
        )
        client.command("truncate table intermediate.int_daily_series")
        if len(panel):
            # Every run ends on the day it starts: both costs of a workflow are the same.
            workflows = panel[panel["series_kind"] == "workflow"]
            both = pd.concat([panel, workflows.assign(metric="analysed_cost_usd")])
            client.insert_df("int_daily_series", both, database="intermediate")


def rows(sql: str) -> list[tuple]:
    with connect() as client:
        return client.query(sql).result_rows


def forecasts() -> list[tuple]:
    return rows(
        "select * except (fitted_at) from ml.daily_forecasts order by unique_id, cutoff_date, date"
    )


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOKENHOUSE_TARGET", "embedded")
    monkeypatch.delenv("TOKENHOUSE_DATABASE_PREFIX", raising=False)
    return tmp_path


def test_a_warehouse_that_was_never_built_is_reported(home):
    with pytest.raises(BadInputError, match=r"no daily series.*tokenhouse build"):
        publish()


def test_an_empty_warehouse_has_nothing_to_forecast(home):
    write_series(weekly_panel()[:0])
    assert publish() == []
    assert forecasts() == []


def test_r040_later_rows_change_no_forecast(home):
    """R040: if rows after the cutoff are shuffled or removed, the published rows are the same."""
    panel, cutoff = weekly_panel(), date(2026, 4, 1)
    write_series(panel)
    publish(COST, cutoff)
    first = forecasts()
    assert {row[2] for row in first} == {cutoff}

    later = panel["date"] > cutoff
    shuffled = panel.copy()
    shuffled.loc[later, "value"] = np.random.default_rng(0).permutation(panel.loc[later, "value"])
    assert not shuffled["value"].equals(panel["value"])
    write_series(shuffled.sample(frac=1, random_state=1))
    publish(COST, cutoff)
    assert forecasts() == first

    write_series(panel[~later])
    publish(COST)
    assert forecasts() == first


def test_r040_publishing_again_replaces_its_own_cutoff_only(home):
    """R040: a cutoff has one set of rows; those of an earlier cutoff stay for comparison."""
    panel = weekly_panel()
    write_series(panel)
    earlier, later = date(2026, 4, 10), date(2026, 4, 20)
    for cutoff in (earlier, later, later):
        publish(COST, cutoff)
    n_series = panel["unique_id"].nunique()
    counts = rows("select cutoff_date, count() from ml.daily_forecasts group by 1 order by 1")
    assert counts == [(earlier, (n_series - 1) * HORIZON), (later, (n_series - 1) * HORIZON)]
    assert rows("select count() from ml.forecast_choices") == [(2,)]
    assert rows("select distinct cutoff_date from ml.forecast_backtests") == [(later,)]
    left = rows("select name from system.tables where database = 'ml' and name like '%__new'")
    assert left == []


def test_r040_short_sparse_and_dead_series_have_a_named_fallback(home):
    write_series(weekly_panel())
    publish(COST)
    named = dict(rows("select distinct unique_id, fallback from ml.daily_forecasts"))
    assert named["workflow:dead"] == "dead"
    assert named["workflow:young"] == "mean"
    assert named["workflow:sparse"] == "sparse"
    assert named["total"] == ""


def test_r040_worse_than_naive_is_not_published_and_the_last_good_forecast_stays(home):
    """R040: the guard is in publishing itself, with or without Dagster."""
    write_series(weekly_panel(days=DAYS - 10))
    (good,) = publish(COST)
    assert good.fit.choice.is_published
    before = forecasts()
    assert before

    write_series(jumping_panel())
    (bad,) = publish(COST, date(2026, 3, 5))
    choice = bad.fit.choice
    assert choice.mase > min(choice.naive_mase, choice.seasonal_naive_mase)
    assert not choice.is_published
    assert "Worse than naive" in choice.reason
    assert forecasts() == before
    assert rows("select is_published from ml.forecast_choices order by cutoff_date") == [
        (False,),
        (True,),
    ]
    assert rows("select count() > 0 from ml.forecast_backtests where method = 'naive'") == [(True,)]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a warehouse that dbt built empty, before any fit, and again with forecasts."""
    warehouse = Warehouse(tmp_path_factory.mktemp("forecasts") / "home", None)
    warehouse.build("--select", "+path:models/marts/forecasting")
    with warehouse.selected():
        empty = {
            name: rows(f"select count() from marts.{name}")[0][0]
            for name in ("mart_cost_forecasts", "mart_cost_projections", "mart_forecast_accuracy")
        }
        write_series(weekly_panel())
        publish(COST, date(2026, 4, 20))
        publish(COST)
        kept = forecasts()
    warehouse.build(
        "--full-refresh",
        "--select",
        "path:models/staging/forecasting",
        "int_forecasts",
        "int_cost_trends",
        "path:models/marts/forecasting",
    )
    return warehouse, empty, kept


def test_an_empty_warehouse_builds_before_any_fit(built):
    """R059: without any logs, every mart exists and is empty."""
    assert set(built[1].values()) == {0}


def test_a_full_refresh_of_dbt_loses_no_forecast(built):
    warehouse, _, kept = built
    with warehouse.selected():
        assert forecasts() == kept
        assert len(kept) > 0


def test_r040_document_bs_line_equals_numpys(built):
    """R040: slope, prediction, trend and R² of every workflow, on zero-filled days (K7)."""
    panel = weekly_panel()
    for name in ("w0", "w1", "w2", "sparse", "dead", "young"):
        mine = panel[panel["series_key"] == name]
        costs = mine[mine["date"] > date(2026, 3, 31)]["value"].to_numpy()
        found = built[0].rows(
            f"select * from marts.cost_forecast_daily where cascade_id = '{name}' order by date"
        )
        assert [row["day"] for row in found] == list(range(len(costs), len(costs) + 7))
        slope, intercept = np.polyfit(np.arange(len(costs)), costs, 1)
        expected = slope * np.arange(len(costs), len(costs) + 7) + intercept
        assert [row["predicted_cost"] for row in found] == pytest.approx(expected, abs=1e-9)
        line = stats.linregress(np.arange(len(costs)), costs)
        assert found[0]["confidence"] == pytest.approx(np.nan_to_num(line.rvalue**2), abs=1e-9)
        if abs(slope) > 1e-9:
            assert found[0]["trend"] == ("increasing" if slope > 0 else "decreasing")


def test_k7_the_p_value_of_a_trend_equals_scipys(built):
    panel = weekly_panel()
    for name in ("w0", "w1", "w2", "sparse"):
        mine = panel[(panel["series_key"] == name) & (panel["date"] > date(2026, 3, 31))]
        line = stats.linregress(np.arange(len(mine)), mine["value"])
        (found,) = built[0].rows(
            f"select * from marts.mart_cost_projections where unique_id = 'workflow:{name}'"
        )
        assert found["trend_p_value"] == pytest.approx(line.pvalue, abs=0.002)
        assert found["is_trend_significant"] == (line.pvalue < 0.05)


def test_r041_r076_projections_follow_from_the_forecast(built):
    """R041, R076: a week is seven projected days, a month 30; the sentence has both figures."""
    (total,) = built[0].rows("select * from marts.mart_cost_projections where unique_id = 'total'")
    week = built[0].rows(
        "select sum(expected) as usd from ml.daily_forecasts where unique_id = 'total' "
        "and cutoff_date = '2026-04-30' and horizon_days <= 7"
    )[0]["usd"]
    assert total["projected_weekly_usd"] == pytest.approx(week)
    assert total["projected_weekly_usd"] == pytest.approx(7 * total["projected_daily_usd"])
    assert total["projected_monthly_usd"] == pytest.approx(30 * total["projected_daily_usd"])
    margin = (total["projected_weekly_hi_80_usd"] - total["projected_weekly_lo_80_usd"]) / 2
    assert total["projection"] == f"Projected weekly cost ${week:.2f} ± ${margin:.2f}"
    assert 0 < margin < week


def test_r040_parts_add_up_to_the_total(built):
    """R040: on every day, forecasts of workflows and of projects add up to that of the total."""
    found = built[0].rows(
        """
        select date, sumIf(forecast, series_kind = 'total') as total,
            sumIf(forecast, series_kind = 'workflow') as workflows,
            sumIf(forecast, series_kind = 'project') as projects,
            sumIf(typical_forecast, series_kind = 'workflow') as typical,
            sumIf(lo_95, series_kind = 'total') as lo, sumIf(hi_95, series_kind = 'total') as hi
        from marts.mart_cost_forecasts where date > '2026-04-30' group by date
        """
    )
    assert len(found) == HORIZON
    for day in found:
        assert day["workflows"] == pytest.approx(day["total"])
        assert day["projects"] == pytest.approx(day["total"])
        # The sum of the parts' medians lies inside the total's interval.
        assert day["lo"] <= day["typical"] <= day["hi"]


def test_r043_each_day_has_the_newest_forecast_made_before_it_and_the_actual(built):
    found = built[0].rows(
        "select date, actual, forecast, cutoff_date from marts.mart_cost_forecasts "
        "where unique_id = 'total' and forecast is not null order by date"
    )
    assert [row["cutoff_date"] for row in found[:10]] == [date(2026, 4, 20)] * 10
    assert {row["cutoff_date"] for row in found[10:]} == {LAST_DAY}
    assert all(row["actual"] is not None for row in found[:10])
    assert all(row["actual"] is None for row in found[10:])
