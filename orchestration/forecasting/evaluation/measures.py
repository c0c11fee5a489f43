"""How good forecasts were: each measure once."""

import numpy as np
import pandas as pd

__all__ = ["scores_of"]

_FORECAST = ["unique_id", "method", "cutoff"]
_QUANTILES = {"lo_95": 0.025, "lo_80": 0.1, "y_hat": 0.5, "hi_80": 0.9, "hi_95": 0.975}


def scores_of(forecasts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Score forecasts against what came.

    Arguments
    ---------
    forecasts : DataFrame
        unique_id, method, cutoff, y_hat, lo_80, hi_80, lo_95, hi_95, y (what came) and scale (the
        seasonal naive's mean absolute error in the training part); rows without y do not count.
        May have expected, which adds up to a total. Has the method ``seasonal_naive``, if relative
        errors are wanted.
    by : list of str
        Columns that make a row of the result; one is ``method``.

    Returns
    -------
    DataFrame
        `by` and

        - n_forecasts: series times cutoffs;
        - mase: mean over forecasts of the mean absolute error over the scale; forecasts of a scale
          of 0 do not count (Hyndman & Koehler 2006);
        - relative_mase: mase over the seasonal naive's;
        - smape: mean of 200 \\|y - F\\| / (\\|y\\| + \\|F\\|), 0 where both are 0 (M4's);
        - wape: sum of absolute errors over sum of \\|y\\|;
        - pinball: mean quantile loss over the bounds and the forecast, over the scale;
        - coverage_80, coverage_95: share of days within;
        - total_error: sum over forecasts of how far the total of F, or of what was expected where
          that is given, is from the total of y, over the sum of the totals of y.
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
    for level in (80, 95):
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
        for column, quantile in _QUANTILES.items()
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
