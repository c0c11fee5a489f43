"""Turn rows of series, day and value into histories without gaps."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
from orchestration.forecasting import presets

__all__ = ["MISSING", "Histories", "fills_with_zero"]

MISSING = ("auto", "zero", "interpolate")
COLUMNS = ("unique_id", "ds", "y")


@dataclass(frozen=True)
class Histories:
    """All series of a panel, sorted, in flat arrays.

    Attributes
    ----------
    ids : ndarray of shape (n_series,)
        Names, sorted.
    bounds : ndarray of shape (n_series + 1,)
        Start of each series in `days` and `values`, and the end of the last one.
    days : ndarray of int
        Days since 1970-01-01, rising within a series.
    values : ndarray of float
        Values.
    """

    ids: np.ndarray
    bounds: np.ndarray
    days: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, history: pd.DataFrame) -> "Histories":
        """Read a long table.

        Parameters
        ----------
        history : DataFrame
            Columns unique_id, ds (a day) and y, in any order of rows. A row without y is a
            missing day.

        Returns
        -------
        Histories
            The sorted series.

        Raises
        ------
        BadInputError
            If a column is missing, a day is there twice, or a value is infinite.
        """
        missing = [column for column in COLUMNS if column not in history]
        if missing:
            raise BadInputError(
                f"The history has no column {' and no '.join(missing)}: add unique_id, ds and y."
            )
        y = pd.to_numeric(history["y"]).to_numpy(np.float64, na_value=np.nan)
        if np.isinf(y).any():
            raise BadInputError("The history has an infinite y: correct it, or leave the day out.")
        known = ~np.isnan(y)
        ids, names = pd.factorize(history["unique_id"], sort=True)
        stamps = pd.to_datetime(history["ds"])
        if stamps.isna().any() or (ids < 0).any():
            raise BadInputError("The history has a row without unique_id or ds: fill it in.")
        if stamps.dt.tz is not None:
            stamps = stamps.dt.tz_localize(None)
        days = stamps.to_numpy("datetime64[D]").astype(np.int64)
        ids, days, y = ids[known], days[known], y[known]
        order = np.lexsort((days, ids))
        ids, days, y = ids[order], days[order], y[order]
        twice = np.flatnonzero((np.diff(ids) == 0) & (np.diff(days) == 0))
        if len(twice):
            raise BadInputError(
                f"The history has {np.datetime64(int(days[twice[0]]), 'D')} of "
                f"{names[ids[twice[0]]]} twice: keep one row per day, or sum them."
            )
        present, starts = np.unique(ids, return_index=True)
        return cls(np.asarray(names, dtype=object)[present], np.r_[starts, len(ids)], days, y)

    def last_days(self) -> np.ndarray:
        """Return each series' last day (n_series,)."""
        return self.days[self.bounds[1:] - 1]

    def matrix(
        self, ends: np.ndarray, n_days: int, missing: str = "auto"
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return histories without gaps, each up to its end; later rows have no influence.

        Parameters
        ----------
        ends : ndarray of int of shape (n_series,)
            Last day of each series to use, days since 1970-01-01.
        n_days : int
            Maximum number of days to return.
        missing : str
            How a day without a row is filled: ``zero``; ``interpolate`` between its neighbours;
            ``auto`` as :func:`fills_with_zero` decides for each series. After its last row, a
            series is continued up to its end with 0 or with its last week.

        Returns
        -------
        which : ndarray of int
            Series that begin before their end, as positions in `ids`.
        histories : ndarray of shape (len(which), n_days at most)
            ``nan`` before a series' first day.
        """
        which, rows = [], []
        for series in range(len(self.ids)):
            span = slice(self.bounds[series], self.bounds[series + 1])
            days = self.days[span]
            count = np.searchsorted(days, ends[series], side="right")
            if not count:
                continue
            days, values = days[:count], self.values[span][:count]
            zero = missing == "zero" or (missing == "auto" and fills_with_zero(days, values))
            which.append(series)
            rows.append(_without_gaps(days, values, int(ends[series]), n_days, zero))
        width = max((len(row) for row in rows), default=0)
        histories = np.full((len(rows), width), np.nan)
        for target, row in zip(histories, rows, strict=True):
            target[width - len(row) :] = row
        return np.array(which, dtype=np.int64), histories


def fills_with_zero(days: np.ndarray, values: np.ndarray) -> bool:
    """Decide whether a day without a row has the value 0 or an unknown value.

    The first rule that applies decides:

    1. a series with negative values: unknown;
    2. more days missing than present: 0;
    3. a series that contains zeros: unknown, as it would have written 0;
    4. a tenth of the values below 0.3 of the median: 0;
    5. more than a tenth of the days missing, and a median change from row to row above 0.15 of the
       median (costs that pause at weekends): 0;
    6. any other series, which stays far from 0 (a temperature, a share price): unknown.

    docs/accuracy/forecast_accuracy.md compares the errors of the alternatives.

    Parameters
    ----------
    days : ndarray of int of shape (n_rows,)
        Days with a row, rising.
    values : ndarray of float of shape (n_rows,)
        Their values.

    Returns
    -------
    bool
        True for 0, false for an interpolated value.
    """
    if values.min() < 0:
        return False
    share = 1 - len(days) / (days[-1] - days[0] + 1)
    if share > presets.MOSTLY_MISSING:
        return True
    if values.min() == 0:
        return False
    median = np.median(values)
    is_volatile = (
        share > presets.OFTEN_MISSING
        and np.median(np.abs(np.diff(values))) > presets.VOLATILE * median
    )
    return bool(
        is_volatile or np.quantile(values, presets.LOW_QUANTILE) < presets.NEAR_ZERO * median
    )


def _without_gaps(
    days: np.ndarray, values: np.ndarray, end: int, n_days: int, zero: bool
) -> np.ndarray:
    first = max(int(days[0]), end - n_days + 1)
    grid = np.arange(first, end + 1)
    if zero:
        row = np.zeros(len(grid))
        within = days >= first
        row[days[within] - first] = values[within]
        return row
    row = np.interp(grid, days, values)
    # After the last row, repeat the last week: a constant would remove the weekday pattern.
    beyond = np.flatnonzero(grid > days[-1])
    if len(beyond):
        back = (grid[beyond] - days[-1] - 1) % presets.WEEK - (presets.WEEK - 1) + days[-1]
        row[beyond] = np.interp(back, days, values)
    return row
