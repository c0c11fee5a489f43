"""Which method is published, and whether it may be: judged by back-tests."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.forecasting.evaluation.measures import scores_of

__all__ = ["CANDIDATES", "DEFAULT", "NAIVES", "Choice", "choose"]

# Over many sets the median has the least error of totals, and of the worst set
# (docs/accuracy/forecast_accuracy.md), so another method has to be clearly better on the
# warehouse's own past: by chance alone one of five often is, slightly.
DEFAULT = "median"
NAIVES = ("naive", "seasonal_naive")
CANDIDATES = (DEFAULT, *NAIVES, "linear_30d", "mean_28d")
_CLEARLY_BETTER = 0.95


@dataclass(frozen=True)
class Choice:
    """A method and what speaks for it.

    Attributes
    ----------
    method : str
        Of `CANDIDATES`.
    basis : str
        ``backtest`` if the past chose it, else ``default``.
    reason : str
        In a sentence.
    is_published : bool
        False if it was worse than naive.
    judged_forecasts : int
        Series times origins that judged it.
    mase, naive_mase, seasonal_naive_mase : float
        Errors on those; ``nan`` where there are none.
    """

    method: str
    basis: str
    reason: str
    is_published: bool
    judged_forecasts: int
    mase: float
    naive_mase: float
    seasonal_naive_mase: float


def choose(tests: pd.DataFrame | None) -> Choice:
    """Choose a method, and judge it on origins that had no part in the choice.

    Series that were sparse, dead or young take no part. The latest origin judges; the choice is
    made on origins whose whole horizon had ended before it. Where these keep the default, or there
    are none, nothing was chosen by data, and all origins judge it.

    Arguments
    ---------
    tests : DataFrame or None
        Forecasts from earlier days with what came, of all `CANDIDATES`, as
        :func:`~orchestration.forecasting.evaluation.backtest.backtest` returns them; None if
        history is too short for any.

    Returns
    -------
    Choice
        The method; not to be published if on the judging origins its MASE is above that of
        repeating the last day, or the last week.
    """
    nothing = (0, np.nan, np.nan, np.nan)
    if tests is None:
        reason = f"The history is too short for a back-test: {DEFAULT} is the default."
        return Choice(DEFAULT, "default", reason, True, *nothing)
    latest = tests["cutoff"].max()
    tests = _regular(tests)
    if tests.empty:
        reason = f"No series has values on enough days for a back-test: {DEFAULT} is the default."
        return Choice(DEFAULT, "default", reason, True, *nothing)
    before = tests[tests.groupby("cutoff")["ds"].transform("max") <= latest]
    method, ground = _best(before)
    is_chosen = method != DEFAULT
    judging = _mase(tests[tests["cutoff"] == latest] if is_chosen else tests)
    mase, naive, seasonal = (float(judging["mase"].get(name, np.nan)) for name in (method, *NAIVES))
    is_worse = bool(mase > np.nanmin([naive, seasonal, np.inf]))
    return Choice(
        method,
        "backtest" if is_chosen else "default",
        f"{ground} {_verdict(method, mase, naive, seasonal, is_worse)}",
        not is_worse,
        int(judging["n_forecasts"].get(method, 0)),
        mase,
        naive,
        seasonal,
    )


def _best(before: pd.DataFrame) -> tuple[str, str]:
    """Return the method that earlier origins speak for, and how."""
    if before.empty:
        return DEFAULT, f"No earlier origin to choose by: {DEFAULT} is the default."
    mase = _mase(before)["mase"].reindex(list(CANDIDATES)).dropna()
    if DEFAULT not in mase or mase.min() > _CLEARLY_BETTER * mase[DEFAULT]:
        return DEFAULT, f"No method was clearly better than {DEFAULT}, the default."
    best = str(mase.idxmin())
    return best, (
        f"{best} had a MASE of {mase[best]:.3f} at {before['cutoff'].nunique()} earlier origins, "
        f"{DEFAULT} {mase[DEFAULT]:.3f}."
    )


def _verdict(method: str, mase: float, naive: float, seasonal: float, is_worse: bool) -> str:
    if np.isnan(mase):
        return "Nothing varied, so there was nothing to judge it by."
    figures = f"MASE {mase:.3f}, naive {naive:.3f}, seasonal naive {seasonal:.3f}"
    if is_worse:
        return f"Worse than naive when judged ({figures}): not published, the last forecast stays."
    return f"Not worse than naive when judged ({figures}): published."


def _regular(tests: pd.DataFrame) -> pd.DataFrame:
    """Leave out forecasts of series that were sparse, dead or young at the origin.

    On most days of a sparse series 0 comes nearest, and its forecast is a mean for the sake of the
    total: the error of a day says nothing for or against it. What a series of two weeks got says
    little of what it gets now; it counts only where all are as young.
    """
    default = tests[tests["method"] == DEFAULT]
    grown = default["fallback"] == ""
    counts = grown if grown.any() else ~default["fallback"].isin(["sparse", "dead"])
    keys = ["unique_id", "cutoff"]
    return tests.merge(default.loc[counts, keys].drop_duplicates(), on=keys)


def _mase(tests: pd.DataFrame) -> pd.DataFrame:
    return scores_of(tests, ["method"]).set_index("method")
