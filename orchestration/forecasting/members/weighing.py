"""How much each member counts: by what it got wrong at earlier days."""

from collections.abc import Callable, Mapping

import numpy as np

from orchestration.forecasting.signal.days import first_days

__all__ = ["past_errors", "weighted_median", "weights_of"]

# Twice the error is a sixteenth of the weight.
_POWER = 4
_WEEK = 7
# Forecasts that judge: enough for a steady ratio of errors, few enough to cost a tenth of the
# whole. Few series are judged at more origins.
_JUDGED = 600
_ORIGINS = (6, 24)
_FEWEST = 8
_SHORTEST_WEEKS = 8


def past_errors(
    days: np.ndarray,
    horizon: int,
    members: Callable[[np.ndarray], Mapping[str, np.ndarray]],
    is_regular: Callable[[np.ndarray], np.ndarray],
) -> dict[str, np.ndarray]:
    """Forecast the past with every member.

    From up to 24 origins a week apart, the first a horizon before the last day; of many series a
    sample, the same every time.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    horizon : int
        Days to forecast.
    members : callable
        Forecasts (n, horizon) by name of histories (n, n_days).
    is_regular : callable
        Which histories (n,) are forecast by the members; others do not judge.

    Returns
    -------
    dict of str to ndarray
        Mean absolute errors, one a series and origin, in the same order for each member; empty if
        no history is long enough.
    """
    n_origins = int(np.clip(_JUDGED // len(days), *_ORIGINS))
    most = _JUDGED // n_origins
    if len(days) > most:
        sample = np.random.default_rng(0).choice(len(days), most, replace=False)
        days = days[np.sort(sample)]
    start = first_days(days)
    errors: dict[str, list[np.ndarray]] = {}
    for k in range(n_origins):
        origin = days.shape[1] - horizon - _WEEK * k
        rows = np.flatnonzero(origin - start >= _SHORTEST_WEEKS * _WEEK)
        if not len(rows):
            break
        known = days[rows, :origin]
        regular = is_regular(known)
        known, truth = known[regular], days[rows[regular], origin : origin + horizon]
        if not len(known):
            continue
        for name, forecast in members(known).items():
            errors.setdefault(name, []).append(np.abs(forecast - truth).mean(axis=1))
    return {name: np.concatenate(parts) for name, parts in errors.items()}


def weights_of(errors: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return how much each member counts, from (least error / its error)^4.

    Errors of a member are those of the geometric mean over forecasts, so that series of any size
    count alike, and none decides alone.

    Arguments
    ---------
    errors : mapping of str to ndarray
        From :func:`past_errors`.

    Returns
    -------
    dict of str to float
        1 for the best member; empty where fewer than 8 forecasts can judge.
    """
    if not errors:
        return {}
    table = np.stack(list(errors.values()))
    table = table[:, (table > 0).all(axis=0)]
    if table.shape[1] < _FEWEST:
        return {}
    typical = np.exp(np.log(table).mean(axis=1))
    weights = (typical.min() / typical) ** _POWER
    return dict(zip(errors, map(float, weights), strict=True))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the median of values of which each counts as much as its weight.

    The values are put in order, each at the middle of its share of all weights, and what lies at
    one half is interpolated; with equal weights it is the median.

    Arguments
    ---------
    values : ndarray of shape (n_members, ...)
        Values.
    weights : ndarray of shape (n_members,)
        Weights; those of 0 do not count.

    Returns
    -------
    ndarray of shape (...)
        The weighted median over members.
    """
    values, weights = values[weights > 0], weights[weights > 0]
    order = np.argsort(values, axis=0)
    ordered = np.take_along_axis(values, order, axis=0)
    share = weights[order] / weights.sum()
    middle = np.cumsum(share, axis=0) - share / 2
    above = np.argmax(middle >= 0.5 - 1e-12, axis=0)[None]
    below = np.maximum(above - 1, 0)
    (low, high), (left, right) = (
        [np.take_along_axis(table, at, axis=0)[0] for at in (below, above)]
        for table in (ordered, middle)
    )
    apart = right - left
    part = np.clip((0.5 - left) / np.where(apart > 0, apart, 1.0), 0, 1)
    return np.where(apart > 0, low + part * (high - low), high)
