"""Weights of the median's members, from their errors in back-tests."""

from collections.abc import Callable, Mapping

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.signal.days import first_days

__all__ = ["backtest_errors", "weighted_median", "weights_from_errors"]


def backtest_errors(
    days: np.ndarray,
    horizon: int,
    members: Callable[[np.ndarray], Mapping[str, np.ndarray]],
    is_regular: Callable[[np.ndarray], np.ndarray],
) -> dict[str, np.ndarray]:
    """Back-test every member.

    There are up to 24 origins a week apart, the latest one horizon before the last day. Of many
    series a fixed sample is taken.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    horizon : int
        Days to forecast.
    members : callable
        Forecasts (n, horizon) by name of histories (n, n_days).
    is_regular : callable
        Which histories (n,) the members forecast; the others are left out.

    Returns
    -------
    dict of str to ndarray
        Mean absolute errors per series and origin, in the same order for each member; empty if no
        history is long enough.
    """
    n_origins = int(np.clip(presets.WEIGHT_FORECASTS // len(days), *presets.WEIGHT_ORIGINS))
    max_series = presets.WEIGHT_FORECASTS // n_origins
    if len(days) > max_series:
        sample = np.random.default_rng(0).choice(len(days), max_series, replace=False)
        days = days[np.sort(sample)]
    start = first_days(days)
    errors: dict[str, list[np.ndarray]] = {}
    for k in range(n_origins):
        origin = days.shape[1] - horizon - presets.WEEK * k
        rows = np.flatnonzero(origin - start >= presets.WEIGHT_MIN_WEEKS * presets.WEEK)
        if not len(rows):
            break
        known = days[rows, :origin]
        regular = is_regular(known)
        known, actual = known[regular], days[rows[regular], origin : origin + horizon]
        if not len(known):
            continue
        for name, forecast in members(known).items():
            errors.setdefault(name, []).append(np.abs(forecast - actual).mean(axis=1))
    return {name: np.concatenate(parts) for name, parts in errors.items()}


def weights_from_errors(errors: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the weight of each member: (smallest error / its error)^4.

    The error of a member is the geometric mean over its forecasts, so that series of any size have
    the same influence.

    Parameters
    ----------
    errors : mapping of str to ndarray
        From :func:`backtest_errors`.

    Returns
    -------
    dict of str to float
        1 for the best member; empty if there are fewer than 8 forecasts.
    """
    if not errors:
        return {}
    table = np.stack(list(errors.values()))
    table = table[:, (table > 0).all(axis=0)]
    if table.shape[1] < presets.WEIGHT_MIN_FORECASTS:
        return {}
    typical = np.exp(np.log(table).mean(axis=1))
    weights = (typical.min() / typical) ** presets.WEIGHT_POWER
    return dict(zip(errors, map(float, weights), strict=True))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the interpolated weighted median; with equal weights it is the median.

    Each sorted value stands at the middle of its share of the total weight; the value at one half
    is interpolated.

    Parameters
    ----------
    values : ndarray of shape (n_members, ...)
        Values.
    weights : ndarray of shape (n_members,)
        Weights; values of weight 0 are ignored.

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
    above = np.argmax(middle >= 0.5 - presets.ROUNDING, axis=0)[None]
    below = np.maximum(above - 1, 0)
    (low, high), (left, right) = (
        [np.take_along_axis(table, at, axis=0)[0] for at in (below, above)]
        for table in (ordered, middle)
    )
    apart = right - left
    part = np.clip((0.5 - left) / np.where(apart > 0, apart, 1.0), 0, 1)
    return np.where(apart > 0, low + part * (high - low), high)
