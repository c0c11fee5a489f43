"""Forecasts of daily costs judged on whole warehouses: the demo's, and one of real transcripts."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.forecasting.evaluation.backtest import backtest
from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.evaluation.selection import CANDIDATES, Choice
from orchestration.forecasting.fitting import TOTALS, fit
from orchestration.forecasting.publishing.tables import last_complete_day, read_history

__all__ = [
    "WAREHOUSES",
    "Judged",
    "Warehouse",
    "daily_costs",
    "home_of",
    "judge_warehouse",
    "judge_warehouses",
    "table",
]

TRANSCRIPTS = settings.project_dir().parent / "shared" / "data" / "claude_code"
SEASON = 7
STEP_DAYS = 7
# By horizon: two months of transcripts have no more origins with a week before and 30 days after.
ORIGINS = {7: 6, 30: 3}


@dataclass(frozen=True)
class Warehouse:
    """Logs that make a warehouse.

    Attributes
    ----------
    name : str
        As the doc calls it.
    command : tuple of str
        Of `tokenhouse`, to load and build it.
    needs : Path or None
        Folder without which it cannot be made.
    """

    name: str
    command: tuple[str, ...]
    needs: Path | None = None


WAREHOUSES = (
    Warehouse("demo", ("demo", "--cascade-scale", "1", "--only", "cascade")),
    Warehouse("transcripts", ("run", str(TRANSCRIPTS)), TRANSCRIPTS),
)


@dataclass(frozen=True)
class Judged:
    """One kind of series of a warehouse at one horizon.

    Attributes
    ----------
    kind : str
        Of series: model, project, total, workflow.
    horizon_days : int
        Days forecast, and of the total.
    series, forecasts : int
        How many series, and series times origins.
    median, naive_total_error : Series, float
        Measures of the median; the seasonal naive's error of the total.
    nothing_relative_mase : float
        Of 0 every day: below 1 where most of what was forecast had ended.
    published : Series or None
        Measures of what would have been published; None if nothing would.
    choices : tuple of Choice
        At each origin, the latest first, from what was known then.
    """

    kind: str
    horizon_days: int
    series: int
    forecasts: int
    median: pd.Series
    naive_total_error: float
    nothing_relative_mase: float
    published: pd.Series | None
    choices: tuple[Choice, ...]


def home_of(warehouse: Warehouse, folder: Path) -> Path:
    """Load and build a warehouse, unless it is there already.

    Parameters
    ----------
    warehouse : Warehouse
        What to make.
    folder : Path
        Where its home goes.

    Returns
    -------
    Path
        Its ``TOKENHOUSE_HOME``.
    """
    home = folder.absolute() / warehouse.name
    if not (home / "clickhouse").exists():
        print(f"Building {warehouse.name} in {home}", file=sys.stderr)
        subprocess.run(
            [
                *(sys.executable, "-c", "from orchestration.cli import main; main()"),
                *warehouse.command,
            ],
            env={**os.environ, "TOKENHOUSE_HOME": str(home), "TOKENHOUSE_TARGET": "embedded"},
            stdout=sys.stderr,
            check=True,
        )
    return home


def daily_costs(home: Path | None = None) -> pd.DataFrame:
    """Read the daily costs of every series of a warehouse.

    Parameters
    ----------
    home : Path, optional
        Its ``TOKENHOUSE_HOME``; by default that of the environment.

    Returns
    -------
    DataFrame
        unique_id, ds and y up to the last day that is over.

    Raises
    ------
    BadInputError
        If it has no such day.
    """
    from orchestration.warehouse.client import connect

    if home:
        os.environ["TOKENHOUSE_HOME"] = str(home)
    with connect() as client:
        last = last_complete_day(client, "cost_usd")
        if last is None:
            raise BadInputError("The warehouse has no complete day: load logs and build it.")
        costs = read_history(client, "cost_usd", last)
    return costs.assign(ds=pd.to_datetime(costs["ds"]))


def judge_warehouse(costs: pd.DataFrame, horizons: Sequence[int] = TOTALS) -> list[Judged]:
    """Back-test the median on each kind of series, and what would have been published.

    At each origin the choice is made as :func:`orchestration.forecasting.fitting.fit` makes it, of
    the days before; all kinds share it.

    Parameters
    ----------
    costs : DataFrame
        From :func:`daily_costs`.
    horizons : sequence of int
        Days to forecast.

    Returns
    -------
    list of Judged
        By horizon and kind.
    """
    choices: dict[pd.Timestamp, Choice] = {}
    judged = []
    for horizon in horizons:
        for kind, series in costs.groupby(costs["unique_id"].str.partition(":")[0]):
            tests, _ = backtest(
                series, horizon, SEASON, ORIGINS[horizon], STEP_DAYS, CANDIDATES, missing="zero"
            )
            cutoffs = sorted(tests["cutoff"].unique(), reverse=True)
            for cutoff in cutoffs:
                if cutoff not in choices:
                    print(f"Choosing as of {cutoff:%Y-%m-%d}", file=sys.stderr)
                    choices[cutoff] = fit(costs, cutoff.date()).choice
            naive = tests[tests["method"] == "seasonal_naive"]
            nothing = naive.assign(method="nothing", y_hat=0.0, expected=0.0)
            both = pd.concat([tests, nothing])
            scores = scores_of(both, ["method"]).set_index("method")
            judged.append(
                Judged(
                    str(kind),
                    horizon,
                    series["unique_id"].nunique(),
                    int(scores.loc["median", "n_forecasts"]),
                    scores.loc["median"],
                    float(scores.loc["seasonal_naive", "total_error"]),
                    float(scores.loc["nothing", "relative_mase"]),
                    _published(tests, choices),
                    tuple(choices[cutoff] for cutoff in cutoffs),
                )
            )
    return judged


def judge_warehouses(folder: Path) -> tuple[dict[str, list[Judged]], list[str]]:
    """Make and judge every warehouse whose logs are there.

    Parameters
    ----------
    folder : Path
        Where their homes go.

    Returns
    -------
    judged : dict of str to list of Judged
        By warehouse.
    skipped : list of str
        A sentence for each that could not be made.
    """
    judged, skipped = {}, []
    for warehouse in WAREHOUSES:
        if warehouse.needs and not warehouse.needs.exists():
            names = "/".join(warehouse.needs.parts[-3:])
            skipped.append(f"`{warehouse.name}` is not here: the folder ../{names} is missing.")
            print(skipped[-1], file=sys.stderr)
            continue
        judged[warehouse.name] = judge_warehouse(daily_costs(home_of(warehouse, folder)))
    return judged, skipped


def _published(tests: pd.DataFrame, choices: dict[pd.Timestamp, Choice]) -> pd.Series | None:
    """Score each origin's published method against the naive of the same days."""
    published = {cutoff: one.method for cutoff, one in choices.items() if one.is_published}
    shown = tests[tests["cutoff"].isin(published)]
    if shown.empty:
        return None
    chosen = shown[shown["method"] == shown["cutoff"].map(published)]
    naive = shown[shown["method"] == "seasonal_naive"]
    both = pd.concat([chosen.assign(method="published"), naive])
    return scores_of(both, ["method"]).set_index("method").loc["published"]


def table(judged: dict[str, list[Judged]]) -> list[str]:
    """Return the lines of a table.

    Parameters
    ----------
    judged : dict of str to list of Judged
        By warehouse.

    Returns
    -------
    list of str
        Markdown.
    """
    return [
        "| Warehouse | Series | | Days | Forecasts | Relative MASE | Error of total | naive's "
        "| Coverage 80 | Coverage 95 | Published: at origins | by | Relative MASE "
        "| Error of total |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|--:|",
        *(line for name, rows in judged.items() for line in _lines(name, rows)),
    ]


def _lines(name: str, rows: list[Judged]) -> Iterator[str]:
    for row in rows:
        shown = [choice for choice in row.choices if choice.is_published]
        methods = ", ".join(f"`{method}`" for method in sorted({one.method for one in shown}))
        measures = ("", "")
        if row.published is not None:
            measures = (
                f"{row.published['relative_mase']:.3f}",
                f"{row.published['total_error']:.1%}",
            )
        yield (
            f"| `{name}` | {row.kind} | {row.series} | {row.horizon_days} | {row.forecasts} "
            f"| {row.median['relative_mase']:.3f} | {row.median['total_error']:.1%} "
            f"| {row.naive_total_error:.1%} | {row.median['coverage_80']:.3f} "
            f"| {row.median['coverage_95']:.3f} | {len(shown)} of {len(row.choices)} "
            f"| {methods or 'nothing'} | {measures[0]} | {measures[1]} |"
        )
