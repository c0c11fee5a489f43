"""What the detector presumes: every constant with its reason."""

from dataclasses import dataclass

__all__ = ["ANOMALY_ABOVE", "DAY_SECONDS", "PRESETS", "Presets"]

DAY_SECONDS = 86_400

# A row is an anomaly if its score is above this. The score is evidence / (1 + evidence), and the
# evidence is measured in limits of the presets below, so the one threshold is 0.5 for every view.
ANOMALY_ABOVE = 0.5


@dataclass(frozen=True)
class Presets:
    """Settings of the detector; the defaults were chosen on generated series, not on NAB.

    docs/accuracy/series_anomalies.md has what they score; ``tests/benchmarks/detect_nab.py``
    without ``--quick`` also tries their neighbours.

    Attributes
    ----------
    same_time_limit : float
        A value is off if it is further from the values at the same time of earlier days than this
        many times what 99 of 100 rows were. Lower brings false alarms, higher misses short faults.
    last_rows_limit : float
        The same for the distance from the rows just before. Higher than the limit above, as every
        edge of a regular day is such a jump; from 1.9 to 2.3 little changes.
    sustained_limit : float
        A run of rows is off if its mean distance from the same time of earlier days exceeds this
        many times the largest of the two weeks before. Means of neighbouring rows are alike, so a
        quantile would be exceeded for hours. At 1.0 every record alerts, higher misses slow faults.
    scale_quantile : float
        Which of the past distances is the scale. Median and standard deviation know nothing of a
        heavy tail; the largest lets one outburst hide what follows for weeks.
    same_time_days, same_time_weeks : int
        Past values at the same time that predict: a week of days, and two months of weeks for
        series whose weeks count. Their median is not moved by an anomaly among them.
    last_rows : int
        Rows just before whose median predicts, and rows of a sustained change: an hour of the
        usual five-minute step. Fewer take a mere spike for a level, more find changes later.
    least_distances : int
        A view says nothing before it has so many past distances: a quantile of fewer is noise.
    least_means : int
        The same for the means of a sustained change, ten runs of rows that do not overlap. With 20
        means, plain noise breaks its record again and again on the second day.
    scale_days : int
        How far back the scale looks. Within a week of hourly rows two of them make the quantile.
    sustained_days : int
        How far back the record of a sustained change reaches.
    least_steps : int
        Both reach at least so many steps back: eight weeks of daily data.
    most_rows : int
        Rows kept at most for the scale, whatever the step: bounds the memory of a series to about
        two megabytes. Holds the 28 days of five-minute rows.
    scale_floor : float
        Smallest scale, as a part of the mean size of the values: 1.3% (half a percent as a
        standard error, at its 99% quantile). Without it a series that never moved alerts at
        rounding; at 5% fine changes are missed.
    cool_down_hours : float
        A row counts only if it is stronger than every row of so many hours before: an episode is
        told once. Half of it repeats what was told, twice of it misses what comes next.
    cool_down_steps : int
        The cool-down lasts at least so many steps: a week of daily data.
    told_again_factor : float
        After an anomaly, a row of the cool-down must be so many times as strong to be told too: a
        change that builds up would alert at every step of the way.
    """

    same_time_limit: float = 1.7
    last_rows_limit: float = 2.0
    sustained_limit: float = 1.1
    scale_quantile: float = 0.99
    same_time_days: int = 7
    same_time_weeks: int = 8
    last_rows: int = 12
    least_distances: int = 20
    least_means: int = 120
    scale_days: int = 28
    sustained_days: int = 14
    least_steps: int = 56
    most_rows: int = 8_192
    scale_floor: float = 0.0129
    cool_down_hours: float = 12.0
    cool_down_steps: int = 7
    told_again_factor: float = 2.0


PRESETS = Presets()
