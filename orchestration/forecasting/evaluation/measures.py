"""Measures of forecast accuracy."""

import numpy as np
import pandas as pd

from orchestration.forecasting import presets

__all__ = ["scores_of"]

_FORECAST = ["unique_id", "method", "cutoff"]


def scores_of(forecasts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Score forecasts against actual values.

    Parameters
    ----------
    forecasts : DataFrame
        unique_id, method, cutoff, y_hat, lo_80, hi_80, lo_95, hi_95, y (the actual value) and scale
        (the seasonal naive's mean absolute error in the training part); rows without y are ignored.
        Optionally expected, the mean forecast. Relative errors need the method ``seasonal_naive``.
    by : list of str
        Columns to group by; one is ``method``.

    Returns
    -------
    DataFrame
        `by` and

        - n_forecasts: series times cutoffs;
        - mase: mean over forecasts of the mean absolute error divided by the scale; forecasts with
          a scale of 0 are ignored (Hyndman & Koehler 2006);
        - relative_mase: mase divided by the seasonal naive's;
        - smape: mean of 200 \\|y - F\\| / (\\|y\\| + \\|F\\|), 0 where both are 0 (M4's);
        - wape: sum of absolute errors divided by the sum of \\|y\\|;
        - pinball: mean quantile loss of the bounds and the forecast, divided by the scale;
        - coverage_80, coverage_95: share of days inside the interval;
        - total_error: sum over forecasts of the absolute error of the total of expected (of F if
          there is no expected), divided by the sum of the totals of y.
    """
    rows = forecasts[forecasts["y"].notna()].copy()
    error = (rows["y"] - rows["y_hat"]).abs()
    size = rows["y"].abs() + rows["y_hat"].abs()
    scale = rows["scale"].where(rows["scale"] > 0)
    rows["mase"] = error / scale
    rows["pinball"] = _pinball(rows) / scale
    rows["smape"] = 200 * error / size.where(size > 0, 1)
    rows["absolute_error"] = error
    rows["added"] = rows.get("expected", rows["y_hat"])
    rows["size"] = rows["y"].abs()
    for level in presets.LEVELS:
        rows[f"coverage_{level}"] = rows["y"].between(rows[f"lo_{level}"], rows[f"hi_{level}"])
    keys = list(dict.fromkeys([*by, *_FORECAST]))
    means = ["mase", "pinball", "smape", "coverage_80", "coverage_95"]
    grouped = rows.groupby(keys, sort=False, observed=True)
    each = grouped[means].mean()
    sums = ["absolute_error", "size", "y", "added"]
    each[sums] = grouped[sums].sum()
    each["missed"] = (each["added"] - each["y"]).abs()
    each["total"] = each["y"].abs()
    groups = each.groupby(by, sort=False, observed=True)
    scores = groups[means].mean()
    sums = groups[["absolute_error", "size", "missed", "total"]].sum()
    scores["wape"] = sums["absolute_error"] / sums["size"].where(sums["size"] > 0)
    scores["total_error"] = sums["missed"] / sums["total"].where(sums["total"] > 0)
    scores.insert(0, "n_forecasts", groups.size())
    scores = scores.reset_index()
    scores.insert(scores.columns.get_loc("mase") + 1, "relative_mase", _relative(scores, by))
    return scores


def _pinball(rows: pd.DataFrame) -> pd.Series:
    losses = [
        np.maximum(
            quantile * (rows["y"] - rows[column]), (quantile - 1) * (rows["y"] - rows[column])
        )
        for column, quantile in presets.QUANTILES.items()
    ]
    return sum(losses) / len(losses)


def _relative(scores: pd.DataFrame, by: list[str]) -> np.ndarray:
    others = [column for column in by if column != "method"]
    naive = scores[scores["method"] == "seasonal_naive"]
    if not len(naive):
        return np.full(len(scores), np.nan)
    if not others:
        against = np.full(len(scores), naive["mase"].iloc[0])
    else:
        against = scores.merge(naive[[*others, "mase"]], how="left", on=others)["mase_y"].to_numpy()
    return scores["mase"].to_numpy() / np.where(against > 0, against, np.nan)
