"""Back-tests with rolling origins: forecasts from earlier days, compared with actual values."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
from orchestration.forecasting import presets
from orchestration.forecasting.cutoff import Task
from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.panel import forecast_from
from orchestration.forecasting.signal.history import Histories, fills_with_zero

__all__ = ["backtest"]


def backtest(  # noqa: PLR0917 - the first arguments are called in this order
    history: pd.DataFrame,
    horizon: int,
    season: int,
    origins: int,
    step_days: int,
    methods: Sequence[str],
    *,
    missing: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast each series from earlier days, and score the forecasts.

    The latest origin is one horizon before a series' last day; the others go back in equal steps.

    Parameters
    ----------
    history : DataFrame
        unique_id, ds and y, as for :func:`orchestration.forecasting.panel.forecast_panel`.
    horizon, season : int
        Days to forecast; days after which the pattern repeats.
    origins : int
        Origins per series; fewer if it is too short.
    step_days : int
        Days between origins.
    methods : sequence of str
        Methods to compare. The seasonal naive is added, as errors are relative to it.
    missing : str
        How days without a row are filled. Unknown days are not scored; days filled with 0 are.
    progress : callable, optional
        Called with the number of forecasts done and of all forecasts.

    Returns
    -------
    forecasts : DataFrame
        One row per series, cutoff, day and method: the forecast, y and scale, which is the
        seasonal naive's mean absolute error in the training part.
    scores : DataFrame
        One row per series and method (scope ``series``), and one per method (scope ``overall``),
        with the measures of :func:`orchestration.forecasting.evaluation.measures.scores_of`.

    Raises
    ------
    BadInputError
        If an argument or the history cannot be used, or no series is long enough.
    """
    if origins < 1 or step_days < 1:
        raise BadInputError(
            f"{origins} origins {step_days} days apart are no back-test: each must be 1 or more."
        )
    histories = Histories.of(history)
    last = histories.last_days() - horizon
    ends = [last - step_days * k for k in range(origins)]
    names = tuple(dict.fromkeys([*methods, "seasonal_naive"]))
    task = Task(horizon, season, names, presets.LEVELS, missing, 0)
    forecasts = forecast_from(histories, ends, task, progress)
    forecasts = _with_truth(forecasts, histories, task)
    scored = {
        "series": scores_of(forecasts, ["unique_id", "method"]),
        "overall": scores_of(forecasts, ["method"]).assign(unique_id=""),
    }
    scores = pd.concat([part.assign(scope=scope) for scope, part in scored.items()])
    first = ["scope", "unique_id", "method"]
    return forecasts, scores[[*first, *scores.columns.difference(first, sort=False)]].reset_index(
        drop=True
    )


def _with_truth(forecasts: pd.DataFrame, histories: Histories, task: Task) -> pd.DataFrame:
    """Add the actual values, and the scale of the training part."""
    day = forecasts["ds"].to_numpy("datetime64[D]").astype(np.int64)
    cutoff = forecasts["cutoff"].to_numpy("datetime64[D]").astype(np.int64)
    y, scale = np.full(len(forecasts), np.nan), np.full(len(forecasts), np.nan)
    position = {name: series for series, name in enumerate(histories.ids)}
    groups = forecasts.groupby(["unique_id", "cutoff"], sort=False).indices
    for (name, _), rows in groups.items():
        series, end = position[name], cutoff[rows[0]]
        span = slice(histories.bounds[series], histories.bounds[series + 1])
        days, values = histories.days[span], histories.values[span]
        at = np.minimum(np.searchsorted(days, day[rows]), len(days) - 1)
        known = days[at] == day[rows]
        before = np.searchsorted(days, end, side="right")
        zero = task.missing == "zero" or (
            task.missing == "auto" and fills_with_zero(days[:before], values[:before])
        )
        y[rows] = np.where(known, values[at], 0.0 if zero else np.nan)
        scale[rows] = _scale(histories, series, end, task)
    return forecasts.assign(y=y, scale=scale)


def _scale(histories: Histories, series: int, end: int, task: Task) -> float:
    """Return the mean of \\|y_t - y_(t-season)\\| up to a day."""
    span = slice(histories.bounds[series], histories.bounds[series + 1])
    one = Histories(
        histories.ids[series : series + 1],
        np.array([0, span.stop - span.start]),
        histories.days[span],
        histories.values[span],
    )
    _, known = one.matrix(np.array([end]), end - one.days[0] + 1, task.missing)
    if known.shape[1] <= task.season:
        return np.nan
    return float(np.abs(known[0, task.season :] - known[0, : -task.season]).mean())
