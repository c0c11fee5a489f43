"""Seasonal prediction: the median of earlier values at the same time of the day or week."""

from collections import deque

from orchestration.anomalies import presets as constants
from orchestration.anomalies.presets import DAY_SECONDS, Presets
from orchestration.anomalies.windows import median

__all__ = ["SameTime", "StepFinder"]


class StepFinder:
    """Estimate of the usual time between rows.

    Attributes
    ----------
    seconds : float
        Median of past gaps; five minutes before there are any.
    width : int
        Width of the slots for this step; 0 if the step is longer than a day.
    """

    def __init__(self) -> None:
        self.seconds = float(constants.SLOT_SECONDS[0])
        self.width = constants.SLOT_SECONDS[0]
        self._gaps: deque[float] = deque(maxlen=constants.MAX_GAPS)
        self._count = 0

    def add(self, gap: float) -> bool:
        """Add the time since the row before.

        Parameters
        ----------
        gap : float
            Seconds; a gap of 0 or less is ignored.

        Returns
        -------
        bool
            Whether the width of the slots changed.
        """
        if gap <= 0:
            return False
        self._gaps.append(gap)
        self._count += 1
        if self._count != constants.FIRST_GAPS and self._count % constants.GAPS_BETWEEN_ESTIMATES:
            return False
        self.seconds = median(list(self._gaps))
        if (
            self.width
            and constants.MIN_STEP_RATIO < self.seconds / self.width < constants.MAX_STEP_RATIO
        ):
            return False
        before, self.width = self.width, _width(self.seconds)
        return self.width != before


def _width(step_seconds: float) -> int:
    """Return the width of the slots for a step: the next that divides a day."""
    fitting = (
        width
        for width in constants.SLOT_SECONDS
        if width >= constants.MIN_SLOT_SHARE * step_seconds
    )
    return next(fitting, 0)


class _Slots:
    """Past values by slot of a period, the latest of each period.

    Parameters
    ----------
    period : int
        Length of the period, in seconds.
    periods : int
        How many past periods are kept.
    """

    def __init__(self, period: int, periods: int):
        self._period, self._periods = period, periods
        self._values: dict[int, list[float]] = {}
        self._latest: dict[int, int] = {}
        self._error: float | None = None

    @property
    def error(self) -> float | None:
        """Smoothed absolute error of the predictions; None before the first."""
        return self._error

    def clear(self) -> None:
        """Remove all values, because the width of the slots has changed."""
        self._values.clear()
        self._latest.clear()
        self._error = None

    def predict(self, seconds: float, width: int) -> float | None:
        """Return the median of earlier periods at this time; None if there are none."""
        period, slot = self._place(seconds, width)
        values = self._values.get(slot, [])
        if self._latest.get(slot) == period:  # the last value is of this period, not a past one
            values = values[:-1]
        return median(values) if values else None

    def add(self, seconds: float, width: int, value: float, predicted: float | None) -> None:
        """Add a value and the error of its prediction."""
        if predicted is not None:
            error = abs(value - predicted)
            if self._error is None:
                self._error = error
            else:
                rate = min(width / constants.ERROR_MEMORY_SECONDS, 1.0)
                error = min(error, constants.MAX_ERROR_GROWTH * self._error or error)
                self._error += rate * (error - self._error)
        period, slot = self._place(seconds, width)
        values = self._values.setdefault(slot, [])
        if values and self._latest[slot] == period:
            values[-1] = value
            return
        self._latest[slot] = period
        values.append(value)
        # One more than is needed, as the last may be of the current period.
        if len(values) > self._periods + 1:
            del values[0]

    def _place(self, seconds: float, width: int) -> tuple[int, int]:
        """Return the number of the period and the slot in it."""
        period, rest = divmod(seconds, self._period)
        return int(period), int(rest // width)


class SameTime:
    """Predict a value by the median of earlier values at the same time.

    The same time of the day for steps below a day, the same time of the week for steps from half an
    hour to a day. If both have a prediction, the one with the smaller recent error is used.

    Parameters
    ----------
    presets : Presets
        Number of past days and weeks.
    """

    def __init__(self, presets: Presets):
        self._day = _Slots(DAY_SECONDS, presets.same_time_days)
        self._week = _Slots(constants.WEEK_SECONDS, presets.same_time_weeks)

    def clear(self) -> None:
        """Remove all values, because the width of the slots has changed."""
        self._day.clear()
        self._week.clear()

    def predict_then_add(self, seconds: float, width: int, value: float) -> float | None:
        """Predict a value, then add it.

        Parameters
        ----------
        seconds : float
            Time of the measurement.
        width : int
            Width of the slots, in seconds; 0 if the step is longer than a day: no prediction.
        value : float
            The measurement; the prediction does not use it.

        Returns
        -------
        float or None
            The prediction; None without an earlier value at this time.
        """
        best = None
        least = float("inf")
        for slots in self._usable(width):
            predicted = slots.predict(seconds, width)
            # Without an error so far it may predict, but loses against one with a known error.
            error = float("inf") if slots.error is None else slots.error
            if predicted is not None and (best is None or error < least):
                best, least = predicted, error
            slots.add(seconds, width, value, predicted)
        return best

    def _usable(self, width: int) -> list[_Slots]:
        """Return the periods for which slots of this width are used."""
        usable = []
        if 0 < width < DAY_SECONDS:
            usable.append(self._day)
        if width >= constants.MIN_WEEK_SLOT_SECONDS:
            usable.append(self._week)
        return usable
