"""One series, watched row by row: what it was tells how odd it is."""

import math
from collections import deque
from typing import NamedTuple

from orchestration.anomalies.presets import (
    ANOMALY_ABOVE,
    DAY_SECONDS,
    PRESETS,
    Presets,
)
from orchestration.anomalies.same_time import SameTime, StepFinder
from orchestration.anomalies.windows import SlidingMaximum, SlidingQuantile, median

__all__ = ["Judgement", "SeriesMonitor"]

_SCORE_DIGITS = 6
_MOST_EVIDENCE = 1e9  # a first change after perfect rest; keeps scores finite


class Judgement(NamedTuple):
    """What is said of a row.

    Attributes
    ----------
    score : float
        0 to 1, above 0.5 an anomaly. 0 where nothing can be said yet, and where a row of the
        cool-down before was as odd, or an anomaly half as odd: the episode is told already.
    is_anomaly : bool
        Whether the score is above 0.5.
    is_new_episode : bool
        Whether it is an anomaly and none was within the cool-down before.
    """

    score: float
    is_anomaly: bool
    is_new_episode: bool


_NOTHING = Judgement(0.0, False, False)


class SeriesMonitor:
    """Judge the rows of one series in the order in which they come, each by those before it.

    Three views, each with a scale of its own, and the strongest counts: the distance from the same
    time of earlier days (what a day hides), the distance from the last rows (what has no day), and
    the mean distance over the last rows (what is small but stays). A scale is a high quantile of
    past distances, so that a series with heavy tails needs more than a quiet one.

    Source: same-phase median, quantile scale and one alert per episode are those of the method
    notes; the second and third view were added as each finds what the others miss.

    Arguments
    ---------
    presets : Presets
        Limits and windows.
    """

    def __init__(self, presets: Presets = PRESETS):
        self._presets = presets
        self._step = StepFinder()
        self._same_time = SameTime(presets)
        self._last_rows: deque[float] = deque(maxlen=presets.last_rows)
        self._last_distances: deque[float] = deque(maxlen=presets.last_rows)
        self._same_time_scale = SlidingQuantile(presets.scale_quantile, presets.most_rows)
        self._last_rows_scale = SlidingQuantile(presets.scale_quantile, presets.most_rows)
        self._sustained_scale = SlidingMaximum()
        self._sustained_count = 0
        self._strongest = SlidingMaximum()
        self._mean_size = 0.0
        self._rows = 0
        self._row_before: float | None = None
        self._clock = float("-inf")
        self._last_anomaly = float("-inf")

    def judge(self, seconds: float, value: float) -> Judgement:
        """Judge a row, then learn from it.

        Arguments
        ---------
        seconds : float
            When it was measured; may repeat or go back. Without (NaN) the row is passed over.
        value : float
            What was measured. NaN or infinite is nothing measured: not judged and not learned.

        Returns
        -------
        Judgement
            Depends on this row and those given before it, on nothing else.
        """
        if not (math.isfinite(value) and math.isfinite(seconds)):
            return _NOTHING
        if self._row_before is not None and self._step.add(seconds - self._row_before):
            self._same_time.clear()
            self._last_distances.clear()
        self._row_before = seconds
        # Windows slide by the latest time so far, as times may go back.
        self._clock = max(self._clock, seconds)
        evidence = self._evidence(seconds, value)
        self._rows += 1
        self._mean_size += (abs(value) - self._mean_size) / self._rows
        return self._told_once(evidence)

    def _evidence(self, seconds: float, value: float) -> float:
        """Return the evidence of the strongest view, in its limits, and learn the row."""
        presets, now = self._presets, self._clock
        reach = presets.least_steps * self._step.seconds
        scale_from = now - max(presets.scale_days * DAY_SECONDS, reach)
        evidence = 0.0

        predicted = self._same_time.predict_then_add(seconds, self._step.width, value)
        if predicted is not None:
            distance = value - predicted
            ratio = self._ratio(self._same_time_scale, scale_from, abs(distance))
            evidence = ratio / presets.same_time_limit
            self._last_distances.append(distance)
            if len(self._last_distances) == presets.last_rows:
                sustained_from = now - max(presets.sustained_days * DAY_SECONDS, reach)
                evidence = max(evidence, self._sustained(sustained_from))

        if self._last_rows:
            distance = abs(value - median(list(self._last_rows)))
            ratio = self._ratio(self._last_rows_scale, scale_from, distance)
            evidence = max(evidence, ratio / presets.last_rows_limit)
        self._last_rows.append(value)
        return evidence

    def _ratio(self, scale: SlidingQuantile, since: float, distance: float) -> float:
        """Return a distance in units of its scale, and learn it; 0 while there is no scale."""
        scale.expire(since)
        known = len(scale) >= self._presets.least_distances
        ratio = self._divide(distance, scale.value()) if known else 0.0
        scale.add(self._clock, distance)
        return ratio

    def _sustained(self, since: float) -> float:
        """Return the evidence of the mean distance over the last rows, and learn it."""
        mean = abs(sum(self._last_distances)) / len(self._last_distances)
        self._sustained_scale.expire(since)
        known = self._sustained_count >= self._presets.least_means
        ratio = self._divide(mean, self._sustained_scale.value()) if known else 0.0
        self._sustained_scale.add(self._clock, mean)
        self._sustained_count += 1
        return ratio / self._presets.sustained_limit

    def _divide(self, distance: float, scale: float) -> float:
        scale = max(scale, self._presets.scale_floor * self._mean_size)
        if not scale:
            return _MOST_EVIDENCE if distance else 0.0
        ratio = distance / scale
        # Of distances too large for a number nothing can be said.
        return 0.0 if math.isnan(ratio) else min(ratio, _MOST_EVIDENCE)

    def _told_once(self, evidence: float) -> Judgement:
        """Turn evidence into a score, unless the cool-down before had as much."""
        presets, now = self._presets, self._clock
        cool_down = max(
            presets.cool_down_hours * 3600, presets.cool_down_steps * self._step.seconds
        )
        self._strongest.expire(now - cool_down)
        to_exceed = self._strongest.value()
        if to_exceed > 1.0:  # an anomaly, told already
            to_exceed *= presets.told_again_factor
        self._strongest.add(now, evidence)
        if evidence <= to_exceed:
            return _NOTHING
        score = round(evidence / (1.0 + evidence), _SCORE_DIGITS)
        if score <= ANOMALY_ABOVE:
            return Judgement(score, False, False)
        is_new_episode = now - self._last_anomaly > cool_down
        self._last_anomaly = now
        return Judgement(score, True, is_new_episode)
