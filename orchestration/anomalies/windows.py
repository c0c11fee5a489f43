"""Quantile and maximum over a sliding window of time, median over one of rows."""

from bisect import bisect_left, insort
from collections import deque

__all__ = ["SlidingMaximum", "SlidingMedian", "SlidingQuantile", "median"]


def median(values: list[float]) -> float:
    """Return the median of a few values.

    Parameters
    ----------
    values : list of float
        At least one.

    Returns
    -------
    float
        The median; for an even number of values, the mean of the middle two.
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ordered[middle - 1] / 2 + ordered[middle] / 2


class SlidingMedian:
    """The median of the last values.

    Parameters
    ----------
    rows : int
        How many values the window holds.
    """

    def __init__(self, rows: int):
        self._rows = rows
        self._arrived: deque[float] = deque()
        self._ordered: list[float] = []

    @property
    def is_full(self) -> bool:
        """Whether the window holds as many values as it can."""
        return len(self._ordered) == self._rows

    def add(self, value: float) -> float | None:
        """Add a value; return the one that leaves the window, None while it fills."""
        leaving = None
        if self.is_full:
            leaving = self._arrived.popleft()
            del self._ordered[bisect_left(self._ordered, leaving)]
        self._arrived.append(value)
        insort(self._ordered, value)
        return leaving

    def value(self) -> float:
        """Return the median; the window must not be empty."""
        middle = len(self._ordered) // 2
        if len(self._ordered) % 2:
            return self._ordered[middle]
        return self._ordered[middle - 1] / 2 + self._ordered[middle] / 2


class SlidingQuantile:
    """The quantile of the values in the window.

    Parameters
    ----------
    quantile : float
        Which quantile, from 0 to 1; between two values it is interpolated.
    max_rows : int
        Maximum number of values kept: bounds the memory.
    """

    def __init__(self, quantile: float, max_rows: int):
        self._quantile = quantile
        self._most_rows = max_rows
        self._arrived: deque[tuple[float, float]] = deque()
        self._ordered: list[float] = []

    def __len__(self) -> int:
        """Return how many values the window holds."""
        return len(self._ordered)

    def expire(self, before: float) -> None:
        """Remove values from before a time."""
        while self._arrived and self._arrived[0][0] < before:
            self._forget_oldest()

    def add(self, time: float, value: float) -> None:
        """Add a value; times must not decrease."""
        self._arrived.append((time, value))
        insort(self._ordered, value)
        if len(self._arrived) > self._most_rows:
            self._forget_oldest()

    def value(self) -> float:
        """Return the quantile; the window must not be empty."""
        position = self._quantile * (len(self._ordered) - 1)
        below = int(position)
        lower = self._ordered[below]
        if below + 1 == len(self._ordered):
            return lower
        return lower + (position - below) * (self._ordered[below + 1] - lower)

    def _forget_oldest(self) -> None:
        del self._ordered[bisect_left(self._ordered, self._arrived.popleft()[1])]


class SlidingMaximum:
    """The largest value in the window; keeps only values that no later one exceeds."""

    def __init__(self) -> None:
        self._falling: deque[tuple[float, float]] = deque()

    def expire(self, before: float) -> None:
        """Remove values from before a time."""
        while self._falling and self._falling[0][0] < before:
            self._falling.popleft()

    def add(self, time: float, value: float) -> None:
        """Add a value; times must not decrease."""
        while self._falling and self._falling[-1][1] <= value:
            self._falling.pop()
        self._falling.append((time, value))

    def value(self) -> float:
        """Return the largest value; 0 if there is none."""
        return self._falling[0][1] if self._falling else 0.0
