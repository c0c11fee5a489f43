"""From rows of series, day and value to histories without gaps."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError

__all__ = ["MISSING", "Histories", "fills_with_zero"]

MISSING = ("auto", "zero", "interpolate")
COLUMNS = ("unique_id", "ds", "y")

# What `auto` goes by; see `fills_with_zero`.
_MOSTLY_MISSING = 0.5
_OFTEN_MISSING = 0.1
_NEAR_ZERO = 0.3
_RESTLESS = 0.15


@dataclass(frozen=True)
class Histories:
    """Every series of a panel, sorted, in flat arrays.

    Attributes
    ----------
    ids : ndarray of shape (n_series,)
        Names, sorted.
    bounds : ndarray of shape (n_series + 1,)
        Where each series begins in `days` and `values`, and the end.
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
            The same, sorted.

        Raises
        ------
        BadInputError
            If a column is missing, a day is there twice, or a value is infinite.
        """
        lacking = [column for column in COLUMNS if column not in history]
        if lacking:
            raise BadInputError(
                f"The history has no column {' and no '.join(lacking)}: it needs unique_id, ds, y."
            )
        y = pd.to_numeric(history["y"]).to_numpy(np.float64, na_value=np.nan)
        if np.isinf(y).any():
            raise BadInputError("The history has an infinite y: leave the day out, or mend it.")
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
                f"{names[ids[twice[0]]]} twice: keep one row a day, or sum them."
            )
        present, starts = np.unique(ids, return_index=True)
        return cls(np.asarray(names, dtype=object)[present], np.r_[starts, len(ids)], days, y)

    def last_days(self) -> np.ndarray:
        """Return each series' last day (n_series,)."""
        return self.days[self.bounds[1:] - 1]

    def matrix(
        self, ends: np.ndarray, n_days: int, missing: str = "auto"
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return histories up to a day each, without gaps, from nothing after that day.

        Parameters
        ----------
        ends : ndarray of int of shape (n_series,)
            Last day of each series to use, days since 1970-01-01.
        n_days : int
            Most days to return.
        missing : str
            What a day without a row is: ``zero``; ``interpolate`` for a value between its
            neighbours; ``auto`` for what :func:`fills_with_zero` says of each series. After the
            last row, up to its end, a series goes on with 0 or with its last week.

        Returns
        -------
        which : ndarray of int
            Series that have begun by their end, as positions in `ids`.
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
    """Judge whether days without a row were days without anything.

    They were not, if the series has negative values. They were, if more days are missing than not.
    Else they were not, if it writes zeros down; and they were, if 0 is within reach: a tenth of its
    values lie under 0.3 of their median, or more than a tenth of its days are missing and values
    change by more than 0.15 of their median from row to row, as costs do that pause at weekends.
    A series that stays far from 0 (a temperature, a logarithm, a share price) has gaps of which
    nothing is known. docs/accuracy/forecast_accuracy.md has what each choice costs.

    Arguments
    ---------
    days : ndarray of int of shape (n_rows,)
        Days with a row, rising.
    values : ndarray of float of shape (n_rows,)
        Their values.

    Returns
    -------
    bool
        True for 0, false for a value in between.
    """
    if values.min() < 0:
        return False
    share = 1 - len(days) / (days[-1] - days[0] + 1)
    if share > _MOSTLY_MISSING:
        return True
    if values.min() == 0:
        return False
    usual = np.median(values)
    restless = share > _OFTEN_MISSING and np.median(np.abs(np.diff(values))) > _RESTLESS * usual
    return bool(restless or np.quantile(values, 0.1) < _NEAR_ZERO * usual)


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
    # After the last row the last week goes on: a constant would take the weekdays out.
    beyond = np.flatnonzero(grid > days[-1])
    if len(beyond):
        back = (grid[beyond] - days[-1] - 1) % 7 - 6 + days[-1]
        row[beyond] = np.interp(back, days, values)
    return row
