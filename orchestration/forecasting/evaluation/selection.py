"""Model selection: which method is published, and whether it may be, from back-tests."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.forecasting import presets
from orchestration.forecasting.evaluation.measures import scores_of

__all__ = ["CANDIDATES", "DEFAULT", "NAIVES", "Choice", "select_method"]

# Over many data sets the median has the smallest error of totals, and the smallest worst error
# (docs/accuracy/forecast_accuracy.md). Another method must be clearly better on the warehouse's own
# history: of five methods, one is often slightly better by chance alone.
DEFAULT = "median"
NAIVES = ("naive", "seasonal_naive")
CANDIDATES = (DEFAULT, *NAIVES, "linear_30d", "mean_28d")


@dataclass(frozen=True)
class Choice:
    """The selected method and the evidence for it.

    Attributes
    ----------
    method : str
        Of `CANDIDATES`.
    basis : str
        ``backtest`` if back-tests selected it, else ``default``.
    reason : str
        The reason, in a sentence.
    is_published : bool
        False if it was worse than naive.
    judged_forecasts : int
        Series times origins on which it was evaluated.
    mase, naive_mase, seasonal_naive_mase : float
        Errors on these forecasts; ``nan`` where there are none.
    """

    method: str
    basis: str
    reason: str
    is_published: bool
    judged_forecasts: int
    mase: float
    naive_mase: float
    seasonal_naive_mase: float


def select_method(tests: pd.DataFrame | None) -> Choice:
    """Select a method, and evaluate it on origins that were not used to select it.

    Series that were sparse, dead or young are left out. The method is selected on origins whose
    whole horizon had ended before the latest origin, and evaluated on the latest origin. If the
    default is kept, nothing was selected by data, and all origins evaluate it.

    Parameters
    ----------
    tests : DataFrame or None
        Back-test forecasts and actual values of all `CANDIDATES`, as
        :func:`~orchestration.forecasting.evaluation.backtest.backtest` returns them; None if the
        history is too short.

    Returns
    -------
    Choice
        The method. It must not be published if its MASE is above that of the naive or the seasonal
        naive forecast.
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
    method, reason = _best(before)
    is_selected = method != DEFAULT
    scores = _mase(tests[tests["cutoff"] == latest] if is_selected else tests)
    mase, naive, seasonal = (float(scores["mase"].get(name, np.nan)) for name in (method, *NAIVES))
    is_worse = bool(mase > np.nanmin([naive, seasonal, np.inf]))
    return Choice(
        method,
        "backtest" if is_selected else "default",
        f"{reason} {_verdict(method, mase, naive, seasonal, is_worse)}",
        not is_worse,
        int(scores["n_forecasts"].get(method, 0)),
        mase,
        naive,
        seasonal,
    )


def _best(before: pd.DataFrame) -> tuple[str, str]:
    """Return the best method at earlier origins, and the reason."""
    if before.empty:
        return DEFAULT, f"There is no earlier origin to select by: {DEFAULT} is the default."
    mase = _mase(before)["mase"].reindex(list(CANDIDATES)).dropna()
    if DEFAULT not in mase or mase.min() > presets.MAX_MASE_RATIO * mase[DEFAULT]:
        return DEFAULT, f"No method was clearly better than {DEFAULT}, the default."
    best = str(mase.idxmin())
    return best, (
        f"{best} had a MASE of {mase[best]:.3f} at {before['cutoff'].nunique()} earlier origins, "
        f"{DEFAULT} {mase[DEFAULT]:.3f}."
    )


def _verdict(method: str, mase: float, naive: float, seasonal: float, is_worse: bool) -> str:
    if np.isnan(mase):
        return "All values are constant, so it cannot be evaluated."
    figures = f"MASE {mase:.3f}, naive {naive:.3f}, seasonal naive {seasonal:.3f}"
    if is_worse:
        return (
            f"Worse than naive in back-tests ({figures}): not published, the last forecast stays."
        )
    return f"Not worse than naive in back-tests ({figures}): published."


def _regular(tests: pd.DataFrame) -> pd.DataFrame:
    """Leave out forecasts of series that were sparse, dead or young at the origin.

    A sparse series is forecast by a mean, for the sake of the total, although 0 has the smallest
    error on most of its days. A series of two weeks was forecast by another method than it is now;
    it is used only if all series are that young.
    """
    default = tests[tests["method"] == DEFAULT]
    grown = default["fallback"] == ""
    counts = grown if grown.any() else ~default["fallback"].isin(["sparse", "dead"])
    keys = ["unique_id", "cutoff"]
    return tests.merge(default.loc[counts, keys].drop_duplicates(), on=keys)


def _mase(tests: pd.DataFrame) -> pd.DataFrame:
    return scores_of(tests, ["method"]).set_index("method")
