"""Online anomaly detection: each row of a series is scored by the rows before it."""

import math
from collections import deque
from typing import NamedTuple

from orchestration.anomalies.presets import (
    ANOMALY_ABOVE,
    DAY_SECONDS,
    HOUR_SECONDS,
    PRESETS,
    SCORE_DIGITS,
    Presets,
)
from orchestration.anomalies.residuals import (
    Horizon,
    PastMaximum,
    SameTimeResiduals,
    UnchangedRun,
    in_units,
)
from orchestration.anomalies.same_time import StepFinder
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


_NOTHING = Judgement(0.0, 0.0, False, False)


class SeriesMonitor:
    """Score the rows of one series in order of arrival, each by the rows before it.

    Several sizes are compared with a scale of their own, and the strongest evidence counts: the
    residual from the same time of earlier days (for daily seasonality), the residual from the last
    rows (for series without it), the mean residual over the last rows (for small sustained
    changes), the mean absolute residual (for unrest), the median of some hours against that of the
    hours before (for a new level in a series full of spikes), and the length of a run of one value
    (for a source that stopped). A scale is a high quantile of past sizes, or their maximum, so that
    a series with heavy tails needs a larger residual. Sustained changes of a series that was never
    negative are also sought in its logarithms: where a value varies by a share of its level, a fall
    is small next to the spikes, and nothing at night is large.

    Each residual finds anomalies that the others miss (docs/accuracy/series_anomalies.md).

    Parameters
    ----------
    presets : Presets
        Limits and windows.
    """

    def __init__(self, presets: Presets = PRESETS):
        self._presets = presets
        self._step = StepFinder()
        self._differences = SameTimeResiduals(presets)
        # None once a value was negative: that series does not vary by a share of its level.
        self._ratios = SameTimeResiduals(presets) if presets.ratio_offset else None
        self._last_rows: deque[float] = deque(maxlen=presets.last_rows)
        self._same_time_scale = SlidingQuantile(presets.scale_quantile, presets.max_rows)
        self._last_rows_scale = SlidingQuantile(presets.scale_quantile, presets.max_rows)
        self._unrest: deque[float] = deque(maxlen=presets.spread_rows)
        self._unrest_scale = PastMaximum(presets)
        self._level = SlidingMedian(presets.level_rows)
        self._level_before = SlidingMedian(presets.level_before_rows)
        self._level_scale = PastMaximum(presets)
        self._unchanged = UnchangedRun(presets)
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
            self._differences.clear()
            if self._ratios:
                self._ratios.clear()
        self._row_before = seconds
        # Windows follow the latest time so far, as times may go back.
        self._clock = max(self._clock, seconds)
        evidence = self._evidence(seconds, value)
        self._rows += 1
        self._mean_size += (abs(value) - self._mean_size) / self._rows
        return self._one_alert_per_episode(evidence)

    def _evidence(self, seconds: float, value: float) -> float:
        """Return the strongest evidence (size / scale / limit), and learn the row."""
        presets, step, horizon = self._presets, self._step, self._horizon()
        floor = presets.scale_floor * self._mean_size
        residual, sustained = self._differences.judge(
            seconds, value, width=step.width, floor=floor, horizon=horizon
        )
        evidence = max(sustained, self._ratio(seconds, value, horizon)) / presets.sustained_limit
        if residual is not None:
            units = self._quantiles(self._same_time_scale, abs(residual), floor, horizon)
            evidence = max(evidence, units / presets.same_time_limit)
        if self._last_rows:
            residual = abs(value - median(list(self._last_rows)))
            units = self._quantiles(self._last_rows_scale, residual, floor, horizon)
            evidence = max(evidence, units / presets.last_rows_limit)
            evidence = max(evidence, self._spread(residual, floor, horizon) / presets.spread_limit)
        self._last_rows.append(value)
        evidence = max(evidence, self._change(value, floor, horizon) / presets.level_limit)
        return max(evidence, self._unchanged.units(value, horizon) / presets.unchanged_limit)

    def _horizon(self) -> Horizon:
        """Return where the windows begin, as the times and steps are by now."""
        presets, now, step = self._presets, self._clock, self._step.seconds
        return Horizon(
            now=now,
            scale_from=now - max(presets.scale_days * DAY_SECONDS, presets.min_steps * step),
            maximum_from=now
            - max(presets.sustained_days * DAY_SECONDS, presets.min_maximum_steps * step),
            settled_until=now
            - max(presets.growth_hours * HOUR_SECONDS, presets.cool_down_steps * step),
        )

    def _ratio(self, seconds: float, value: float, horizon: Horizon) -> float:
        """Return how sustained a change is by the logarithms, 0 once a value was negative."""
        if value < 0:
            self._ratios = None
        size = value + self._presets.ratio_offset * self._mean_size
        if self._ratios is None or not 0 < size < math.inf:
            return 0.0
        # The floor is a share of the level, so it is one of the logarithm as well.
        _, sustained = self._ratios.judge(
            seconds,
            math.log(size),
            width=self._step.width,
            floor=self._presets.scale_floor,
            horizon=horizon,
        )
        return sustained

    def _spread(self, residual: float, floor: float, horizon: Horizon) -> float:
        """Return the mean absolute residual in units of its past maximum, 0 while it fills."""
        self._unrest.append(residual)
        if len(self._unrest) < self._presets.spread_rows:
            return 0.0
        return self._unrest_scale.units(sum(self._unrest) / len(self._unrest), floor, horizon)

    def _change(self, value: float, floor: float, horizon: Horizon) -> float:
        """Return the change of level in units of its past maximum, 0 while the windows fill."""
        leaving = self._level.add(value)
        if leaving is not None:
            self._level_before.add(leaving)
        if not self._level_before.is_full:
            return 0.0
        change = abs(self._level.value() - self._level_before.value())
        return self._level_scale.units(change, floor, horizon)

    def _quantiles(
        self, scale: SlidingQuantile, residual: float, floor: float, horizon: Horizon
    ) -> float:
        """Return an absolute residual in units of its scale, and learn it; 0 without a scale."""
        scale.expire(horizon.scale_from)
        known = len(scale) >= self._presets.min_residuals
        units = in_units(residual, max(scale.value(), floor)) if known else 0.0
        scale.add(horizon.now, residual)
        return units

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
