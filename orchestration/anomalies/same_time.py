"""What a series usually is at this time: of the day, and of the week."""

from collections import deque

from orchestration.anomalies.presets import DAY_SECONDS, Presets
from orchestration.anomalies.windows import median

__all__ = ["SameTime", "StepFinder"]

# Widths that divide a day, so that the same time of two days falls into the same slot. Finer steps
# share slots of five minutes: 288 slots a day bound the memory.
_WIDTHS_SECONDS = (300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, DAY_SECONDS)

# Slots of a week are kept from this width on: finer ones would need 2,016 slots and weeks to fill.
_NARROWEST_OF_WEEK_SECONDS = 1800

# A step is known after 5 gaps between rows, and looked at again every 250 rows, over the last 501.
_FIRST_GAPS, _GAPS, _GAPS_BETWEEN_LOOKS = 5, 501, 250

# The width stays while the step is in this range of it: uneven times must not clear the slots.
_STAYS_FROM, _STAYS_TO = 0.4, 1.34

# Which of day and week predicts better is judged over about a week.
_ERROR_MEMORY_SECONDS = 7 * DAY_SECONDS
_ERROR_GROWS_AT_MOST = 5.0  # one anomaly must not decide it


class StepFinder:
    """The usual time between rows, as known so far.

    Attributes
    ----------
    seconds : float
        The median of past gaps; five minutes until there are some.
    width : int
        Width of the slots that rows of this step fall into; 0 if the step is longer than a day.
    """

    def __init__(self):
        self.seconds = float(_WIDTHS_SECONDS[0])
        self.width = _WIDTHS_SECONDS[0]
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        self._count = 0

    def add(self, gap: float) -> bool:
        """Take in the time since the row before.

        Arguments
        ---------
        gap : float
            Seconds; repeated and backward times are passed over.

        Returns
        -------
        bool
            Whether the width of the slots changed.
        """
        if gap <= 0:
            return False
        self._gaps.append(gap)
        self._count += 1
        if self._count != _FIRST_GAPS and self._count % _GAPS_BETWEEN_LOOKS:
            return False
        self.seconds = median(list(self._gaps))
        if self.width and _STAYS_FROM < self.seconds / self.width < _STAYS_TO:
            return False
        before, self.width = self.width, _width(self.seconds)
        return self.width != before


def _width(step_seconds: float) -> int:
    """Return the width of the slots for a step: the next that divides a day."""
    fitting = (width for width in _WIDTHS_SECONDS if width >= 0.75 * step_seconds)
    return next(fitting, 0)


class _Slots:
    """Past values by slot of a period, the latest of each period.

    Arguments
    ---------
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
        """The usual distance from what was predicted; None before anything was."""
        return self._error

    def clear(self) -> None:
        """Forget everything: the slots have another width."""
        self._values.clear()
        self._latest.clear()
        self._error = None

    def predict(self, seconds: float, width: int) -> float | None:
        """Return the median of earlier periods at this time; None if there are none."""
        period, slot = self._place(seconds, width)
        values = self._values.get(slot, [])
        if self._latest.get(slot) == period:  # an earlier row of this very slot is no past period
            values = values[:-1]
        return median(values) if values else None

    def add(self, seconds: float, width: int, value: float, predicted: float | None) -> None:
        """Take in a value and how far it is from the prediction."""
        if predicted is not None:
            error = abs(value - predicted)
            if self._error is None:
                self._error = error
            else:
                rate = min(width / _ERROR_MEMORY_SECONDS, 1.0)
                error = min(error, _ERROR_GROWS_AT_MOST * self._error or error)
                self._error += rate * (error - self._error)
        period, slot = self._place(seconds, width)
        values = self._values.setdefault(slot, [])
        if values and self._latest[slot] == period:
            values[-1] = value
            return
        self._latest[slot] = period
        values.append(value)
        # One more than predicts, as the last may be of the period under way.
        if len(values) > self._periods + 1:
            del values[0]

    def _place(self, seconds: float, width: int) -> tuple[int, int]:
        """Return the number of the period and the slot in it."""
        period, rest = divmod(seconds, self._period)
        return int(period), int(rest // width)


class SameTime:
    """Predict a value by the median of the values at the same time before.

    The same time of the day, for steps below a day; the same time of the week, for steps of half an
    hour to a day. Where both predict, the one that erred less over the last week does.

    Arguments
    ---------
    presets : Presets
        How many past days and weeks predict.
    """

    def __init__(self, presets: Presets):
        self._day = _Slots(DAY_SECONDS, presets.same_time_days)
        self._week = _Slots(7 * DAY_SECONDS, presets.same_time_weeks)

    def clear(self) -> None:
        """Forget everything: the slots have another width."""
        self._day.clear()
        self._week.clear()

    def predict_then_add(self, seconds: float, width: int, value: float) -> float | None:
        """Predict a value, then take it in.

        Arguments
        ---------
        seconds : float
            When it was measured.
        width : int
            Width of the slots, in seconds; 0 if the step is longer than a day: no prediction.
        value : float
            What was measured; the prediction does not know it.

        Returns
        -------
        float or None
            The prediction; None if nothing was measured at this time before.
        """
        best = None
        least = float("inf")
        for slots in self._usable(width):
            predicted = slots.predict(seconds, width)
            # Before it has erred once it may predict, but not against one that has.
            error = float("inf") if slots.error is None else slots.error
            if predicted is not None and (best is None or error < least):
                best, least = predicted, error
            slots.add(seconds, width, value, predicted)
        return best

    def _usable(self, width: int) -> list[_Slots]:
        """Return the calendars that make sense for slots of this width."""
        usable = []
        if 0 < width < DAY_SECONDS:
            usable.append(self._day)
        if width >= _NARROWEST_OF_WEEK_SECONDS:
            usable.append(self._week)
        return usable
