"""Trends against SciPy and the formulas, worked out from runs and days: R062, R071."""

from datetime import timedelta
from math import asinh, exp, log, sqrt
from statistics import fmean, median, stdev

import jinja2
import pytest
import yaml
from scipy.stats import false_discovery_control, fisher_exact, norm, t, ttest_rel

from orchestration import settings

PROJECT = settings.project_dir()
VARS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
WILSON_Z = norm.ppf(0.975)


def sql(macro: str, *arguments: str) -> str:
    """Return a statistical macro of the project with these arguments as SQL."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["var"] = VARS.__getitem__
    names = ("student_p_value", "student_quantile", "wilson_bound", "newcombe_bound")
    macros = "".join(
        (PROJECT / "macros" / "statistics" / f"{name}.sql").read_text(encoding="utf-8")
        for name in names
    )
    call = f"{macro}({', '.join(map(repr, arguments))})"
    return environment.from_string(f"{macros}{{{{ {call} }}}}").render().strip()


def wilson(successes: float, trials: float) -> tuple[float, float]:
    share = successes / trials
    middle = share + WILSON_Z**2 / (2 * trials)
    half = WILSON_Z * sqrt(share * (1 - share) / trials + (WILSON_Z / (2 * trials)) ** 2)
    factor = 1 + WILSON_Z**2 / trials
    return (middle - half) / factor, (middle + half) / factor


def newcombe(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    difference = first[0] / first[1] - second[0] / second[1]
    (low, high), (other_low, other_high) = wilson(*first), wilson(*second)
    share, other = first[0] / first[1], second[0] / second[1]
    return (
        difference - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )


@pytest.mark.parametrize(
    ("first", "second", "interval"),
    [
        ((56, 70), (48, 80), (0.052431, 0.333873)),
        ((180, 200), (150, 200), (0.076129, 0.222927)),
    ],
)
def test_newcombe_s_interval_r062(demo_warehouse, first, second, interval):
    """R062: published examples, by the macro and by the formula."""
    numbers = [str(float(number)) for number in (*first, *second)]
    low, high = (sql("newcombe_bound", *numbers, side) for side in ("lower", "upper"))
    [row] = demo_warehouse.rows(f"select {low} as low, {high} as high")
    assert [row["low"], row["high"]] == pytest.approx(interval, abs=1e-6)
    assert newcombe(first, second) == pytest.approx(interval, abs=1e-6)


@pytest.mark.parametrize("df", [5, 10, 30, 1000])
def test_student_s_quantile_r062(demo_warehouse, df):
    """R062: within 0.0003 of SciPy's from 5 degrees of freedom on."""
    [row] = demo_warehouse.rows(f"select {sql('student_quantile', str(df))} as q")
    assert row["q"] == pytest.approx(t.ppf(0.975, df), abs=3e-4)


def test_the_days_of_a_week_r062(demo_warehouse):
    """R062: the document's seven days: t 9.366036, p within a thousandth of SciPy's."""
    current = [3.0, 2.5, 2.2, 2.8, 3.1, 2.4, 2.12]
    previous = [1.8, 1.9, 1.7, 1.9, 2.0, 1.7, 1.5]
    t_value, p_value = paired(current, previous)
    assert t_value == pytest.approx(9.366036, abs=1e-6)
    [row] = demo_warehouse.rows(f"select {sql('student_p_value', str(t_value), '6')} as p")
    assert row["p"] == pytest.approx(p_value, abs=1e-3)
    assert row["p"] == pytest.approx(9.551e-5, abs=1e-8)


def paired(current: list[float], previous: list[float]) -> tuple[float, float]:
    scale = median([value for value in current + previous if value > 0] or [1])
    result = ttest_rel(
        [asinh(value / scale) for value in current], [asinh(value / scale) for value in previous]
    )
    return result.statistic, result.pvalue


@pytest.fixture(scope="module")
def trends(demo_warehouse):
    return demo_warehouse.rows("select * from marts.mart_trends")


def of_scope(trends, scope_id, metric):
    return [row for row in trends if row["scope_id"] == scope_id and row["metric"] == metric]


def test_sums_are_tested_in_pairs_of_weekdays_r062(demo_warehouse, trends):
    """R062: the k-th newest Monday with the k-th newest Monday, recomputed for every window."""
    days = {
        row["date"]: float(row["cost_usd"])
        for row in demo_warehouse.rows(
            "select date, cost_usd from marts.mart_daily_metrics where scope_kind = 'total'"
        )
    }
    seen = 0
    for row in of_scope(trends, "total", "cost_usd"):
        sides = {"period": {}, "previous": {}}
        for side, values in sides.items():
            last = row[f"{side}_last_date"]
            first = row[f"{side}_start_date"]
            counts: dict[int, int] = {}
            for back in range((last - first).days + 1):
                day = last - timedelta(days=back)
                place = counts[day.weekday()] = counts.get(day.weekday(), 0) + 1
                values[day.weekday(), place] = days.get(day, 0.0)
        everything = [value for values in sides.values() for value in values.values() if value > 0]
        scale = median(everything) if everything else 1
        pairs = sorted(sides["period"].keys() & sides["previous"].keys())
        differences = [
            asinh(sides["period"][key] / scale) - asinh(sides["previous"][key] / scale)
            for key in pairs
        ]
        assert row["current_value"] == pytest.approx(sum(sides["period"].values()))
        assert row["previous_value"] == pytest.approx(sum(sides["previous"].values()))
        if len(pairs) < 7 or stdev(differences) == 0:
            assert row["p_value"] is None
            continue
        t_value = fmean(differences) / (stdev(differences) / sqrt(len(differences)))
        assert row["p_value"] == pytest.approx(2 * t.sf(abs(t_value), len(pairs) - 1), abs=2e-3)
        seen += 1
    assert seen >= 2


def test_means_are_tested_on_logarithms_r062(demo_warehouse, trends):
    """R062: Welch's t on the runs' own costs, with the interval of the typical one."""
    runs = demo_warehouse.rows(
        "select toDate(started_at) as date, total_cost_usd from intermediate.int_runs "
        "where total_cost_usd > 0"
    )
    seen = 0
    for row in of_scope(trends, "total", "avg_cost_per_run_usd"):
        current, previous = (
            [
                log(run["total_cost_usd"])
                for run in runs
                if row[f"{side}_start_date"] <= run["date"] <= row[f"{side}_last_date"]
            ]
            for side in ("period", "previous")
        )
        if min(len(current), len(previous)) < 20:
            assert row["p_value"] is None
            continue
        errors = [stdev(values) ** 2 / len(values) for values in (current, previous)]
        error = sqrt(sum(errors))
        df = error**4 / (errors[0] ** 2 / (len(current) - 1) + errors[1] ** 2 / (len(previous) - 1))
        shift = fmean(current) - fmean(previous)
        assert row["p_value"] == pytest.approx(2 * t.sf(abs(shift / error), df), abs=2e-3)
        half = t.ppf(0.975, df) * error
        assert [row["change_low_pct"], row["change_high_pct"]] == pytest.approx(
            [exp(shift - half) * 100 - 100, exp(shift + half) * 100 - 100], abs=0.05
        )
        seen += 1
    assert seen >= 2


def test_shares_are_tested_exactly_where_they_are_few_r062(demo_warehouse, trends):
    """R062: Newcombe's interval, the pooled z, or Fisher's test, for every scope."""
    counts = {}
    for row in demo_warehouse.rows("select * from intermediate.int_trend_values"):
        key = row["scope_id"], row["period_kind"], row["metric"]
        counts.setdefault(key, {})[row["is_current"]] = (row["sample_sum"], row["sample_count"])
    seen = set()
    for row in trends:
        if row["test"] not in ("newcombe", "fisher"):
            continue
        sides = counts[row["scope_id"], row["period_kind"], row["metric"]]
        current, previous = sides[True], sides[False]
        seen.add(row["test"])
        if row["test"] == "fisher":
            tables = [[side[0], side[1] - side[0]] for side in (current, previous)]
            one_sided = [
                fisher_exact(tables, alternative=side).pvalue for side in ("greater", "less")
            ]
            wanted = min(1, 2 * min(one_sided))
        else:
            pooled = (current[0] + previous[0]) / (current[1] + previous[1])
            error = sqrt(pooled * (1 - pooled) * (1 / current[1] + 1 / previous[1]))
            difference = current[0] / current[1] - previous[0] / previous[1]
            wanted = 2 * norm.sf(abs(difference) / error)
        assert row["p_value"] == pytest.approx(wanted, abs=1e-6)
        if row["change_low_pct"] is not None:
            share = previous[0] / previous[1]
            assert [row["change_low_pct"], row["change_high_pct"]] == pytest.approx(
                [bound / share * 100 for bound in newcombe(current, previous)]
            )
    assert seen == {"newcombe", "fisher"}


def test_many_tests_are_corrected_for_r062(trends):
    """R062: Benjamini-Hochberg over everything that is tested of a kind of period."""
    for kind in {row["period_kind"] for row in trends}:
        tested = [row for row in trends if row["period_kind"] == kind and row["test"]]
        adjusted = false_discovery_control([row["p_value"] for row in tested])
        assert [row["adjusted_p_value"] for row in tested] == pytest.approx(list(adjusted))
