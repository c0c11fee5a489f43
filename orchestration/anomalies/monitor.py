"""Online anomaly detection: each row of a series is scored by the rows before it."""

import math
from collections import deque
from typing import NamedTuple

from orchestration.anomalies.presets import (
    ANOMALY_ABOVE,
    DAY_SECONDS,
    HOUR_SECONDS,
    MAX_EVIDENCE,
    PRESETS,
    SCORE_DIGITS,
    Presets,
)
from orchestration.anomalies.same_time import SameTime, StepFinder
from orchestration.anomalies.windows import SlidingMaximum, SlidingMedian, SlidingQuantile, median

__all__ = ["Judgement", "SeriesMonitor"]


class Judgement(NamedTuple):
    """The score of a row.

    Attributes
    ----------
    score : float
        0 to 1; above 0.5 is an anomaly. 0 if there is too little history, or if the episode already
        has an alert: a row within the cool-down before had as much evidence, or was an anomaly with
        half as much.
    raw_score : float
        The same without regard to episodes: how far the row alone is from what was expected.
    is_anomaly : bool
        Whether the score is above 0.5.
    is_new_episode : bool
        Whether it is an anomaly, and there was none within the cool-down before.
    """

    score: float
    raw_score: float
    is_anomaly: bool
    is_new_episode: bool


class _PastMaximum:
    """The maximum of past sizes, and how many there were."""

    def __init__(self) -> None:
        self.maximum = SlidingMaximum()
        self.count = 0


_NOTHING = Judgement(0.0, 0.0, False, False)


class SeriesMonitor:
    """Score the rows of one series in order of arrival, each by the rows before it.

    Four residuals are compared with a scale of their own, and the strongest evidence counts: the
    residual from the same time of earlier days (for daily seasonality), the residual from the last
    rows (for series without it), the mean residual over the last rows (for small sustained
    changes), and the median of some hours against that of the hours before (for a new level in a
    series full of spikes). A scale is a high quantile of past absolute residuals, or their maximum,
    so that a series with heavy tails needs a larger residual.

    Each residual finds anomalies that the others miss (docs/accuracy/series_anomalies.md).

    Parameters
    ----------
    presets : Presets
        Limits and windows.
    """

    def __init__(self, presets: Presets = PRESETS):
        self._presets = presets
        self._step = StepFinder()
        self._same_time = SameTime(presets)
        self._last_rows: deque[float] = deque(maxlen=presets.last_rows)
        self._last_residuals: deque[float] = deque(maxlen=presets.last_rows)
        self._same_time_scale = SlidingQuantile(presets.scale_quantile, presets.max_rows)
        self._last_rows_scale = SlidingQuantile(presets.scale_quantile, presets.max_rows)
        self._sustained_scale = _PastMaximum()
        self._level = SlidingMedian(presets.level_rows)
        self._level_before = SlidingMedian(presets.level_before_rows)
        self._level_scale = _PastMaximum()
        self._strongest = SlidingMaximum()
        self._mean_size = 0.0
        self._rows = 0
        self._row_before: float | None = None
        self._clock = float("-inf")
        self._last_anomaly = float("-inf")

    def judge(self, seconds: float, value: float) -> Judgement:
        """Score a row, then learn from it.

        Parameters
        ----------
        seconds : float
            Time of the measurement; may repeat or go back. A row without it (NaN) is ignored.
        value : float
            The measurement. A row with NaN or an infinite value is ignored.

        Returns
        -------
        Judgement
            Depends only on this row and those before it.
        """
        if not (math.isfinite(value) and math.isfinite(seconds)):
            return _NOTHING
        if self._row_before is not None and self._step.add(seconds - self._row_before):
            self._same_time.clear()
            self._last_residuals.clear()
        self._row_before = seconds
        # Windows follow the latest time so far, as times may go back.
        self._clock = max(self._clock, seconds)
        evidence = self._evidence(seconds, value)
        self._rows += 1
        self._mean_size += (abs(value) - self._mean_size) / self._rows
        return self._one_alert_per_episode(evidence)

    def _evidence(self, seconds: float, value: float) -> float:
        """Return the strongest evidence (residual / scale / limit), and learn the row."""
        presets, now = self._presets, self._clock
        reach = presets.min_steps * self._step.seconds
        scale_from = now - max(presets.scale_days * DAY_SECONDS, reach)
        maximum_from = now - max(presets.sustained_days * DAY_SECONDS, reach)
        evidence = 0.0

        predicted = self._same_time.predict_then_add(seconds, self._step.width, value)
        if predicted is not None:
            residual = value - predicted
            ratio = self._ratio(self._same_time_scale, scale_from, abs(residual))
            evidence = ratio / presets.same_time_limit
            self._last_residuals.append(residual)
            if len(self._last_residuals) == presets.last_rows:
                mean = abs(sum(self._last_residuals)) / len(self._last_residuals)
                ratio = self._beyond(self._sustained_scale, maximum_from, mean)
                evidence = max(evidence, ratio / presets.sustained_limit)

        if self._last_rows:
            residual = abs(value - median(list(self._last_rows)))
            ratio = self._ratio(self._last_rows_scale, scale_from, residual)
            evidence = max(evidence, ratio / presets.last_rows_limit)
        self._last_rows.append(value)

        leaving = self._level.add(value)
        if leaving is not None:
            self._level_before.add(leaving)
        if self._level_before.is_full:
            change = abs(self._level.value() - self._level_before.value())
            ratio = self._beyond(self._level_scale, maximum_from, change)
            evidence = max(evidence, ratio / presets.level_limit)
        return evidence

    def _ratio(self, scale: SlidingQuantile, since: float, residual: float) -> float:
        """Return an absolute residual in units of its scale, and learn it; 0 without a scale."""
        scale.expire(since)
        known = len(scale) >= self._presets.min_residuals
        ratio = self._divide(residual, scale.value()) if known else 0.0
        scale.add(self._clock, residual)
        return ratio

    def _beyond(self, scale: _PastMaximum, since: float, size: float) -> float:
        """Return a size in units of its past maximum, and learn it; 0 while few are known."""
        scale.maximum.expire(since)
        known = scale.count >= self._presets.min_means
        ratio = self._divide(size, scale.maximum.value()) if known else 0.0
        scale.maximum.add(self._clock, size)
        scale.count += 1
        return ratio

    def _divide(self, residual: float, scale: float) -> float:
        scale = max(scale, self._presets.scale_floor * self._mean_size)
        if not scale:
            return MAX_EVIDENCE if residual else 0.0
        ratio = residual / scale
        # inf / inf: both overflow, so there is no evidence.
        return 0.0 if math.isnan(ratio) else min(ratio, MAX_EVIDENCE)

    def _one_alert_per_episode(self, evidence: float) -> Judgement:
        """Turn evidence into a score, unless a row within the cool-down had as much."""
        presets, now = self._presets, self._clock
        cool_down = max(
            presets.cool_down_hours * HOUR_SECONDS, presets.cool_down_steps * self._step.seconds
        )
        self._strongest.expire(now - cool_down)
        threshold = self._strongest.value()
        if threshold > 1.0:  # the episode already has an alert
            threshold *= presets.realert_factor
        self._strongest.add(now, evidence)
        score = round(evidence / (1.0 + evidence), SCORE_DIGITS)
        if evidence <= threshold:
            return Judgement(0.0, score, False, False)
        if score <= ANOMALY_ABOVE:
            return Judgement(score, score, False, False)
        is_new_episode = now - self._last_anomaly > cool_down
        self._last_anomaly = now
        return Judgement(score, score, True, is_new_episode)
