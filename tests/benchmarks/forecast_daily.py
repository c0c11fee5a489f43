"""Back-test the daily forecasts against their targets; write docs/accuracy/forecast_accuracy.md.

python tests/benchmarks/forecast_daily.py              real series next to the project, generated
                                                       ones, and warehouses of demo and transcripts
python tests/benchmarks/forecast_daily.py --homes D    keeps the warehouses in D, or uses those
python tests/benchmarks/forecast_daily.py --warehouse  the daily costs of TOKENHOUSE_HOME, printed
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecast_warehouses import Judged, daily_costs, judge_warehouse, judge_warehouses, table
from generated_daily_series import GENERATED, generate
from orchestration import settings
from orchestration.forecasting.cutoff import METHODS
from orchestration.forecasting.evaluation.backtest import backtest
from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.panel import forecast_panel
from orchestration.forecasting.publishing.files import read_series

DOC = settings.project_dir() / "docs" / "accuracy" / "forecast_accuracy.md"
DATA = settings.project_dir().parent / "shared" / "data"
HORIZON = 30
SEASON = 7
# Seeds of the sets on which choices were made.
CHOSEN_SEEDS = (7, 3)
JUDGED_SEED = 2026

SEEN = (
    "The results had been seen once when two choices were made: the rule of --missing auto for "
    "zeros, after its table below, and that the rates of Holt-Winters are compared a week ahead, "
    "which helped on the other seeds (0.818 to 0.811 without boosting) and not here (0.805 before "
    "and after). Yearly seasonality, winsorising, weights and inactivity were chosen without them. "
    "That errors at origins with less than a year of history are part of the intervals was decided "
    "on seeds 11 to 14, after these results had shown that intervals without them were too narrow. "
    "The smearing factor was chosen on seeds 7 and 3 and on the demo, so the totals of the demo "
    "may be optimistic."
)

# Relative MASE of all sets and of each; error of a 30-day total; coverage.
MASE_OVERALL, MASE_EACH, TOTAL = 0.82, 0.87, 0.30
COVERED = {80: (0.75, 0.85), 95: (0.92, 0.97)}


@dataclass(frozen=True)
class SeriesSet:
    """Series that are judged together.

    Attributes
    ----------
    name, kind : str
        What it is, and whether it is real or generated.
    history : DataFrame
        unique_id, ds, y.
    origins, step_days : int
        Of the back-test.
    """

    name: str
    kind: str
    history: pd.DataFrame
    origins: int
    step_days: int


def series_sets() -> Iterator[SeriesSet]:
    """Yield what is judged.

    Yields
    ------
    SeriesSet
        One after another.
    """
    for path in sorted((DATA / "daily_series").glob("*.csv*")):
        history = read_series(path).history
        # A prime step, so that origins fall on every weekday and time of the year.
        yield SeriesSet(path.name.split(".")[0], "real", history, 24, 97)
    nab = DATA / "nab" / "nab_series.csv.gz"
    if nab.exists():
        yield SeriesSet("nyc_taxi", "real", _taxi_days(nab), 6, 17)
    for name in GENERATED:
        yield SeriesSet(name, "generated", generate(name, JUDGED_SEED), 3, 31)


def _taxi_days(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path, parse_dates=["timestamp"])
    rows = rows[rows["series"] == "realKnownCause/nyc_taxi.csv"]
    days = rows.set_index("timestamp")["value"].resample("D").sum()
    return pd.DataFrame({"unique_id": "nyc_taxi", "ds": days.index, "y": days.to_numpy()})


def judge(one: SeriesSet) -> tuple[pd.DataFrame, float]:
    """Back-test a set.

    Parameters
    ----------
    one : SeriesSet
        The set.

    Returns
    -------
    scores : DataFrame
        One row a method, indexed by its name; `added_error` is that of forecasts added up, where
        `total_error` is of what was expected.
    seconds : float
        What it took.
    """
    started = time.monotonic()
    forecasts, scores = backtest(one.history, HORIZON, SEASON, one.origins, one.step_days, METHODS)
    overall = scores[scores["scope"] == "overall"].set_index("method")
    added = scores_of(forecasts.drop(columns="expected"), ["method"]).set_index("method")
    overall["added_error"] = added["total_error"]
    return overall, time.monotonic() - started


def _geometric(values) -> float:
    return float(np.exp(np.mean(np.log(list(values)))))


def _verdict(holds: bool) -> str:
    return "met" if holds else "**missed**"


def _targets(
    sets: dict[str, SeriesSet],
    results: dict[str, pd.DataFrame],
    warehouses: dict[str, list[Judged]],
) -> list[str]:
    median = {name: scores.loc["median"] for name, scores in results.items()}
    relative = {name: row["relative_mase"] for name, row in median.items()}
    totals = {name: row["added_error"] for name, row in median.items()}
    expected_total = float(np.mean([row["total_error"] for row in median.values()]))
    line = {name: scores.loc["linear_30d", "total_error"] for name, scores in results.items()}
    overall = _geometric(relative.values())
    worst_total = max(totals, key=totals.get)
    mean_total = float(np.mean(list(totals.values())))
    by_kind: dict[str, dict[str, float]] = {}
    for name, value in relative.items():
        by_kind.setdefault(sets[name].kind, {})[name] = value
    lines = [
        "| Target | Measured | |",
        "|---|---|---|",
        f"| relative MASE, geometric mean of all sets ≤ {MASE_OVERALL} | {overall:.3f} "
        f"| {_verdict(overall <= MASE_OVERALL)} |",
        *(
            _target_of_each(
                kind, {name: relative[name] for name in sets if sets[name].kind == kind}
            )
            for kind in dict.fromkeys(one.kind for one in sets.values())
        ),
        f"| error of a {HORIZON}-day total ≤ {TOTAL:.0%} | mean {mean_total:.1%}, worst "
        f"{totals[worst_total]:.1%} (`{worst_total}`); of what is expected: mean "
        f"{expected_total:.1%}; the documents' line: mean {np.mean(list(line.values())):.1%} "
        f"| {_verdict(mean_total <= TOTAL)} on average, "
        f"{_verdict(totals[worst_total] <= TOTAL)} at worst |",
    ]
    lines += [_target_of_costs(name, judged) for name, judged in warehouses.items()]
    for level, (low, high) in COVERED.items():
        shares = {name: row[f"coverage_{level}"] for name, row in median.items()}
        inside = sum(low <= share <= high for share in shares.values())
        mean = float(np.mean(list(shares.values())))
        lines.append(
            f"| coverage of the {level}% interval {low:.2f} to {high:.2f} | mean {mean:.3f}, from "
            f"{min(shares.values()):.3f} to {max(shares.values()):.3f}; {inside} of {len(shares)} "
            f"sets | {_verdict(low <= mean <= high)} on average |"
        )
    return lines


def _target_of_each(kind: str, relative: dict[str, float]) -> str:
    worst = max(relative, key=lambda name: relative[name])
    return (
        f"| relative MASE of every {kind} set ≤ {MASE_EACH} | worst {relative[worst]:.3f} "
        f"(`{worst}`); {sum(value <= MASE_EACH for value in relative.values())} of "
        f"{len(relative)} sets | {_verdict(relative[worst] <= MASE_EACH)} |"
    )


def _target_of_costs(name: str, judged: list[Judged]) -> str:
    month = [one for one in judged if one.horizon_days == HORIZON]
    worst = max(month, key=lambda one: one.median["relative_mase"])
    total = max(month, key=lambda one: one.median["total_error"])
    holds = worst.median["relative_mase"] <= MASE_EACH and total.median["total_error"] <= TOTAL
    return (
        f"| relative MASE and error of a total of every kind of series of the warehouse `{name}` "
        f"| worst {worst.median['relative_mase']:.3f} (`{worst.kind}`), total "
        f"{total.median['total_error']:.0%} (`{total.kind}`) | {_verdict(holds)} |"
    )


def _per_set(sets: dict[str, SeriesSet], results: dict[str, pd.DataFrame]) -> list[str]:
    lines = [
        "| Set | | Series | Forecasts | MASE | Relative MASE | Error of total | of days added up "
        "| Coverage 80 | Coverage 95 | Documents' line: relative MASE | its error of total |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, scores in results.items():
        median, line = scores.loc["median"], scores.loc["linear_30d"]
        lines.append(
            f"| `{name}` | {sets[name].kind} | {sets[name].history['unique_id'].nunique()} "
            f"| {median['n_forecasts']:.0f} | {median['mase']:.3f} | {median['relative_mase']:.3f} "
            f"| {median['total_error']:.1%} | {median['added_error']:.1%} "
            f"| {median['coverage_80']:.3f} | {median['coverage_95']:.3f} "
            f"| {line['relative_mase']:.3f} | {line['total_error']:.1%} |"
        )
    return lines


def _per_method(results: dict[str, pd.DataFrame]) -> list[str]:
    rows = []
    for method in METHODS:
        relative = [scores.loc[method, "relative_mase"] for scores in results.values()]
        measures = [scores.loc[method] for scores in results.values()]
        rows.append(
            (
                _geometric(relative),
                f"| `{method}` | {_geometric(relative):.3f} | {max(relative):.3f} "
                f"| {np.mean([row['total_error'] for row in measures]):.1%} "
                f"| {np.mean([row['coverage_80'] for row in measures]):.3f} "
                f"| {np.mean([row['coverage_95'] for row in measures]):.3f} |",
            )
        )
    return [
        "| Method | Relative MASE | Worst set's | Error of total | Coverage 80 | Coverage 95 |",
        "|---|--:|--:|--:|--:|--:|",
        *(line for _, line in sorted(rows)),
    ]


def _single_series() -> list[str]:
    """Coverage where the pool is one series: each forecast as if it were alone."""
    lines = [
        "| Set | Series, each alone | Coverage 80 | Coverage 95 |",
        "|---|--:|--:|--:|",
    ]
    for name in ("cash_machines", "page_views", "daily_costs", "bike_hires"):
        history = generate(name, JUDGED_SEED, n=8)
        parts = [
            backtest(one, HORIZON, SEASON, 4, 31, ["median"])[1].query(
                "scope == 'overall' and method == 'median'"
            )
            for _, one in history.groupby("unique_id")
        ]
        mean = pd.concat(parts)[["coverage_80", "coverage_95"]].mean()
        lines.append(
            f"| `{name}` | {len(parts)} | {mean['coverage_80']:.3f} | {mean['coverage_95']:.3f} |"
        )
    return lines


def _missing_days() -> list[str]:
    """MASE with days taken out, by what is put in their place."""
    rng = np.random.default_rng(JUDGED_SEED)
    cases = {}
    for name in ("taxi_trips", "electric_load", "page_views", "cash_machines", "trending"):
        full = generate(name, JUDGED_SEED, n=12)
        cases[f"`{name}`, 5% of days lost"] = (full, full[rng.random(len(full)) > 0.05])
    walks = generate("random_walks", JUDGED_SEED, n=12)
    cases["`random_walks`, no weekends"] = (walks, walks[walks["ds"].dt.day_of_week < 5])
    for name in ("daily_costs", "intermittent"):
        full = generate(name, JUDGED_SEED, n=29)
        cases[f"`{name}`, days of 0 have no row"] = (full, full[full["y"] > 0])
    lines = [
        "| Case | auto | zero | interpolate | no gaps |",
        "|---|--:|--:|--:|--:|",
    ]
    for case, (full, gaps) in cases.items():
        cutoff = full["ds"].max() - pd.Timedelta(days=HORIZON)
        figures = [
            _mean_error(gaps, full, cutoff, missing) for missing in ("auto", "zero", "interpolate")
        ]
        figures.append(_mean_error(full, full, cutoff, "auto"))
        lines.append(f"| {case} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    return lines


def _mean_error(history: pd.DataFrame, truth: pd.DataFrame, cutoff, missing: str) -> float:
    """Return the mean over series of absolute error over the whole series' mean size."""
    forecasts = forecast_panel(history, HORIZON, SEASON, [cutoff], missing=missing)
    both = forecasts.merge(truth, on=["unique_id", "ds"])
    error = (both["y"] - both["y_hat"]).abs().groupby(both["unique_id"]).mean()
    size = truth.groupby("unique_id")["y"].mean()
    return float((error / size).mean())


def _speed() -> str:
    history = generate("page_views", JUDGED_SEED, n=1000)
    started = time.monotonic()
    forecast_panel(history, HORIZON, SEASON)
    return (
        f"1,000 series of {history['ds'].nunique()} days, {HORIZON} days ahead with intervals: "
        f"{time.monotonic() - started:.0f} s."
    )


def _best_of_a_walk() -> float:
    """Return the relative MASE of the last value on a pure walk, which nothing can beat.

    The error of a day grows with the root of the days since the value that is repeated; the
    seasonal naive's value is whole seasons old.
    """
    ahead = np.arange(1, HORIZON + 1)
    return float(np.sqrt(ahead).mean() / np.sqrt(SEASON * -(-ahead // SEASON)).mean())


def _of_nothing(warehouses: dict[str, list[Judged]]) -> str:
    figures = [one.nothing_relative_mase for one in warehouses.get("transcripts", [])]
    if not figures:
        return ""
    return (
        f" A forecast of 0 on every day would have a relative MASE of {min(figures):.2f} to "
        f"{max(figures):.2f} there, so these few series only measure whether work continued."
    )


def document(
    sets: dict[str, SeriesSet],
    results: dict[str, pd.DataFrame],
    warehouses: dict[str, list[Judged]],
    parts: dict[str, list[str]],
) -> str:
    """Return the doc.

    Parameters
    ----------
    sets : dict of str to SeriesSet
        What was judged.
    results : dict of str to DataFrame
        Scores by set.
    warehouses : dict of str to list of Judged
        Daily costs by warehouse.
    parts : dict of str to list of str
        Lines of `skipped`, `single`, `missing` and `speed`.

    Returns
    -------
    str
        Markdown.
    """
    last_value = results["random_walks"].loc["naive", "relative_mase"]
    return "\n".join(
        [
            "# How good the daily forecasts are",
            "",
            "Written by `python tests/benchmarks/forecast_daily.py`. Every forecast is made from "
            "an earlier day with what was known then.",
            "",
            "- **Real** series are public data next to the project. **Generated** ones have the "
            "shape of public sets (cash machines, page views, bike hire, taxi, load, prices) but "
            "are none of them: their figures show how a method performs on such a shape, not on "
            "the public set. "
            f"Choices were made on generated seeds {' and '.join(map(str, CHOSEN_SEEDS))} and on "
            f"the real series; the tables show seed {JUDGED_SEED}. {SEEN}",
            "- **MASE**: mean absolute error over that of the seasonal naive in the training part. "
            "**Relative MASE**: over the MASE of the seasonal naive on the same days. "
            "`median` is what `tokenhouse forecast` writes. "
            f"**Error of total**: of {HORIZON} days, from the mean forecasts. Median forecasts, "
            "which have the smallest error on each day, add up to less if a few expensive days "
            "make much of the sum: **of days added up** is the error of the sum of the forecasts "
            "that `tokenhouse forecast` writes.",
            "",
            "## Targets",
            "",
            *_targets(sets, results, warehouses),
            "",
            "## By set",
            "",
            *_per_set(sets, results),
            "",
            "`intermittent` has different best forecasts for the error and for the total: 0 on "
            "every day has the smallest error and a wrong total. The forecast of a sparse series "
            "is its mean, for the sake of the total.",
            "",
            "`random_walks` can hardly be improved: the best forecast of a pure random walk is its "
            f"last value, which has a relative MASE of {_best_of_a_walk():.3f}; drift and sampling "
            f"error explain the rest (here {last_value:.3f}).",
            "",
            "## Costs of warehouses",
            "",
            "Daily cost per model, project, workflow and in total, of the demo (90 generated days) "
            "and of public transcripts of Claude Code (two months of two repositories): of the "
            "next 7 days from 6 origins, of the next 30 from 3, a week apart. "
            "**Published** is what the warehouse would have shown: the method that back-tests on "
            "earlier days selected at each origin, if it was not worse than naive; its figures are "
            "those of the origins at which it was published.",
            "",
            *table(warehouses),
            "",
            *parts["skipped"],
            "The transcripts show the limit of any method. One repository is worked on daily for "
            "three weeks, then not at all; another begins five weeks after the first day. "
            "Forecasts of 30 days from the first weeks add up to several times the actual values, "
            f"and so do the naive's.{_of_nothing(warehouses)} "
            "That a series has been inactive for longer than ever before is detected, and its "
            "forecast falls; that it will be inactive later is not known. A series that has not "
            "begun has no forecast. The weight of inactivity was chosen on these very series and "
            "on generated ones, so the figures of the transcripts are optimistic.",
            "",
            "## By method",
            "",
            "Means over the sets; geometric for relative MASE. The members of the median are "
            "fitted without the yearly component, which is added again. `boosting` repeats the "
            "last season on sets of fewer than 30 series.",
            "",
            *_per_method(results),
            "",
            "## Intervals of a series alone",
            "",
            "The pool of a single series consists of its own year: up to 52 weekly origins instead "
            "of 8.",
            "",
            *parts["single"],
            "",
            "## Missing days",
            "",
            "Mean absolute error divided by the mean absolute value, with days removed from the "
            "history only; by the rule of `--missing`.",
            "",
            *parts["missing"],
            "",
            "## Time",
            "",
            *parts["speed"],
            "",
        ]
    )


def main():
    """Judge every set, print the doc and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--warehouse", action="store_true", help="judge the warehouse's costs")
    parser.add_argument("--homes", type=Path, help="folder of the demo and transcripts, to keep")
    options = parser.parse_args()
    if options.warehouse:  # somebody's own figures do not belong in the project's docs
        print("\n".join(table({"warehouse": judge_warehouse(daily_costs())})))
        return
    with tempfile.TemporaryDirectory() as scratch:
        warehouses, skipped = judge_warehouses(options.homes or Path(scratch))
    sets, results = {}, {}
    for one in series_sets():
        sets[one.name] = one
        results[one.name], seconds = judge(one)
        print(f"{one.name}: {seconds:.0f} s", file=sys.stderr)
    parts = {
        "skipped": [line for sentence in skipped for line in (sentence, "")],
        "single": _single_series(),
        "missing": _missing_days(),
        "speed": [_speed()],
    }
    text = document(sets, results, warehouses, parts)
    print(text)
    DOC.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
