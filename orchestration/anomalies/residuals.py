"""Sizes of a row against the largest of the past: sustained changes, and runs of one value."""

import math
from collections import deque
from typing import NamedTuple

from orchestration.anomalies.presets import MAX_EVIDENCE, Presets
from orchestration.anomalies.same_time import SameTime
from orchestration.anomalies.windows import SlidingMaximum

__all__ = ["Horizon", "PastMaximum", "SameTimeResiduals", "UnchangedRun", "in_units"]


class Horizon(NamedTuple):
    """Times that a row is judged by; what is older is forgotten.

    Attributes
    ----------
    now : float
        Latest time so far, in seconds.
    scale_from, maximum_from : float
        Where the windows of quantiles and of maxima begin, in seconds.
    settled_until : float
        Maxima of later than this may be those of the current anomaly, in seconds.
    """

    now: float
    scale_from: float
    maximum_from: float
    settled_until: float


def in_units(size: float, scale: float) -> float:
    """Return a size in units of a scale, finite.

    Parameters
    ----------
    size, scale : float
        Both at least 0. If the scale is 0, every size above 0 is as strong as evidence can be.
    """
    if not scale:
        return MAX_EVIDENCE if size else 0.0
    ratio = size / scale
    # inf / inf: both overflow, so there is no evidence.
    return 0.0 if math.isnan(ratio) else min(ratio, MAX_EVIDENCE)


class PastMaximum:
    """Sizes in units of the largest before them.

    An anomaly must not hide the next one for weeks, so a size is learnt as at most a multiple of
    the maximum before the anomaly; a series that has changed for good gets there step by step.

    Parameters
    ----------
    presets : Presets
        Minimum number of past sizes, and how fast the maximum may grow.
    """

    def __init__(self, presets: Presets):
        self._presets = presets
        self._maximum = SlidingMaximum()
        self._count = 0
        # When the maximum became what: of the settled ones the last, and all later ones.
        self._maxima: deque[tuple[float, float]] = deque()

    def units(self, size: float, floor: float, horizon: Horizon) -> float:
        """Return a size in units of the past maximum, then learn it, limited.

        Parameters
        ----------
        size : float
            At least 0.
        floor : float
            Minimum scale, in the unit of the size.
        horizon : Horizon
            Window of the maximum.

        Returns
        -------
        float
            0 while few sizes are known.
        """
        self._maximum.expire(horizon.maximum_from)
        maximum = self._maximum.value()
        known = self._count >= self._presets.min_means
        units = in_units(size, max(maximum, floor)) if known else 0.0
        if not self._maxima or self._maxima[-1][1] != maximum:
            self._maxima.append((horizon.now, maximum))
        while len(self._maxima) > 1 and self._maxima[1][0] < horizon.settled_until:
            self._maxima.popleft()
        since, settled = self._maxima[0]
        most = self._presets.maximum_growth * max(settled, floor)
        limited = known and since < horizon.settled_until and most > 0
        self._maximum.add(horizon.now, min(size, most) if limited else size)
        self._count += 1
        return units


class SameTimeResiduals:
    """Residuals from the same time of earlier days or weeks, and their mean over the last rows.

    Parameters
    ----------
    presets : Presets
        Number of rows, days and weeks.
    """

    def __init__(self, presets: Presets):
        self._same_time = SameTime(presets)
        self._last: deque[float] = deque(maxlen=presets.last_rows)
        self._means = PastMaximum(presets)

    def clear(self) -> None:
        """Forget what depends on the width of the slots."""
        self._same_time.clear()
        self._last.clear()

    def judge(
        self, seconds: float, value: float, *, width: int, floor: float, horizon: Horizon
    ) -> tuple[float | None, float]:
        """Predict a value, then learn it.

        Parameters
        ----------
        seconds : float
            Time of the measurement.
        value : float
            The measurement, or its logarithm.
        width : int
            Width of the slots, in seconds.
        floor : float
            Minimum scale of the mean residual, in the unit of the value.
        horizon : Horizon
            Window of the maximum.

        Returns
        -------
        residual : float or None
            None without a prediction.
        sustained : float
            Absolute mean of the last residuals, in units of its past maximum.
        """
        predicted = self._same_time.predict_then_add(seconds, width, value)
        if predicted is None:
            return None, 0.0
        self._last.append(value - predicted)
        if len(self._last) < (self._last.maxlen or 0):
            return value - predicted, 0.0
        mean = abs(sum(self._last)) / len(self._last)
        return value - predicted, self._means.units(mean, floor, horizon)


class UnchangedRun:
    """How long the value has been exactly the same, in units of the longest run before.

    A source that stopped reports its last value, or zero, again and again. Where zero is usual no
    single one is odd, only their number in a row is.

    Parameters
    ----------
    presets : Presets
        Minimum lengths and number of runs.
    """

    def __init__(self, presets: Presets):
        self._presets = presets
        self._longest = SlidingMaximum()
        self._ended = 0
        self._value: float | None = None
        self._rows = 0

    def units(self, value: float, horizon: Horizon) -> float:
        """Return the rows of the current run in units of the longest one, 0 while few have ended.

        Parameters
        ----------
        value : float
            The measurement.
        horizon : Horizon
            Window of the longest run; it waits for the end of a run, or a run longer than the
            window would be compared with nothing.
        """
        if value == self._value:
            self._rows += 1
        else:
            if self._value is not None:
                self._longest.expire(horizon.maximum_from)
                self._longest.add(horizon.now, self._rows)
                self._ended += 1
            self._value, self._rows = value, 1
        if self._ended < self._presets.min_residuals:
            return 0.0
        return self._rows / max(self._longest.value(), self._presets.min_unchanged_rows)
