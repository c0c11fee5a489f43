"""Presets of the detector: every constant with its reason."""

from dataclasses import dataclass

__all__ = ["ANOMALY_ABOVE", "DAY_SECONDS", "PRESETS", "Presets"]

# --- Units.
HOUR_SECONDS = 3_600
DAY_SECONDS = 24 * HOUR_SECONDS
WEEK_SECONDS = 7 * DAY_SECONDS

# --- Seasonal prediction (same_time.py).
# Widths that divide a day, so that the same time of two days falls into the same slot. Finer steps
# share slots of five minutes: 288 slots a day bound the memory.
SLOT_SECONDS = (300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, DAY_SECONDS)
# Minimum width of a slot, as a share of the step: times of a regular series differ a little.
MIN_SLOT_SHARE = 0.75
# Minimum width of slots of a week: finer ones would be 2,016 slots, and take weeks to fill.
MIN_WEEK_SLOT_SECONDS = 1800
# The step is estimated after 5 gaps between rows, and again every 250 rows from the last 501 gaps.
FIRST_GAPS, MAX_GAPS, GAPS_BETWEEN_ESTIMATES = 5, 501, 250
# The width stays while step / width is in this range: irregular times must not clear the slots.
MIN_STEP_RATIO, MAX_STEP_RATIO = 0.4, 1.34
# Memory of the smoothed error by which day and week are compared.
ERROR_MEMORY_SECONDS = WEEK_SECONDS
# An error is limited to this multiple of the smoothed one: one anomaly must not decide the
# comparison.
MAX_ERROR_GROWTH = 5.0

# --- Scores (monitor.py).
SCORE_DIGITS = 6
# Evidence of the first change of a constant series; keeps scores finite.
MAX_EVIDENCE = 1e9

# --- Files (csv_files.py).
# Seconds since 1970 reach this in the year 5138, milliseconds in 1973.
MILLISECONDS_FROM = 1e11
ROWS_PER_REPORT = 100_000

# A row is an anomaly if its score is above this. The score is evidence / (1 + evidence), and the
# evidence is divided by the limits below, so the threshold is 0.5 for every kind of residual.
ANOMALY_ABOVE = 0.5


@dataclass(frozen=True)
class Presets:
    """Settings of the detector; the defaults were chosen on generated series, not on NAB.

    docs/accuracy/series_anomalies.md has their scores; ``tests/benchmarks/detect_nab.py`` without
    ``--quick`` also evaluates neighbouring values.

    Attributes
    ----------
    same_time_limit : float
        A row is an anomaly if its residual from the same time of earlier days exceeds this many
        times the 99% quantile of past residuals. Lower gives more false alarms, higher misses short
        faults.
    last_rows_limit : float
        The same for the residual from the last rows. Higher than the limit above, because every
        edge of a daily pattern is such a jump; between 1.9 and 2.3 little changes.
    sustained_limit : float
        A run of rows is an anomaly if its mean residual from the same time of earlier days exceeds
        this many times the maximum of the two weeks before. Moving means are autocorrelated, so
        they would exceed a quantile for hours. At 1.0 every new maximum alerts, higher misses slow
        faults.
    spread_limit : float
        The same for the mean absolute residual from the last rows. Up to 1.15 little changes, at
        1.02 every new maximum of a noisy series alerts.
    level_limit : float
        A change of level is an anomaly if it exceeds this many times the maximum of the two weeks
        before. Two weeks hold few changes of level that do not overlap, so the maximum is
        uncertain: at 1.1 slow series alert by chance, from 1.2 on shifts are missed.
    unchanged_limit : float
        A run of one value is an anomaly if it is this many times as long as the longest before;
        from 1.5 to 3 little changes.
    scale_quantile : float
        Quantile of past absolute residuals that is the scale. Median and standard deviation ignore
        heavy tails; with the maximum, one burst hides later anomalies for weeks.
    same_time_days, same_time_weeks : int
        Number of past values at the same time whose median predicts: a week of days, and two months
        of weeks for weekly seasonality. One anomaly among them does not move the median.
    last_rows : int
        Number of last rows whose median predicts, and of rows of a sustained change: an hour of the
        usual five-minute step. With fewer a spike becomes the level, with more changes are found
        later.
    spread_rows : int
        Number of residuals whose mean absolute value is the spread: two hours of the usual
        five-minute step, so that a few spikes are not yet unrest.
    level_rows, level_before_rows : int
        Rows whose median is the level, and rows before them whose median was the level: three hours
        and half a day of the usual five-minute step. Medians, because a spike is no level. Shorter
        windows follow the day's own edges, longer ones find a new level late.
    min_residuals : int
        Minimum number of past residuals: the quantile of fewer is too noisy.
    min_means : int
        Minimum number of past means of a sustained change, and of past changes of level: ten runs
        that do not overlap. With 20 means, noise reaches a new maximum again and again on the
        second day.
    min_unchanged_rows : int
        Minimum length that a run is compared with: an hour of the usual five-minute step. Where
        values hardly ever repeat, three in a row would be a new maximum.
    ratio_offset : float
        Share of the mean value that is added before a logarithm is taken, so that zero has one, and
        small values count little. With 0 no logarithms are judged.
    scale_days : int
        Window of the scale. In a week of hourly rows the quantile depends on two of them.
    sustained_days : int
        Window of the maximum of a sustained change, of unrest, a change of level and a run.
    min_steps : int
        The window of the scale has at least this many steps: eight weeks of daily data.
    min_maximum_steps : int
        The window of the maximum has at least this many steps: of changes of level, two weeks of
        hourly rows hold two that do not overlap.
    max_rows : int
        Maximum number of rows kept for the scale: bounds the memory of a series to about two
        megabytes, enough for 28 days of five-minute rows.
    maximum_growth, growth_hours : float
        A maximum learns at most this multiple of what it was so many hours before: an anomaly of
        ten times the maximum hid all others for two weeks. From 1.5 times in nine hours on little
        changes.
    scale_floor : float
        Minimum scale, as a share of the mean absolute value: 1.3% (the 99% quantile for a standard
        error of half a percent). Without it a constant series alerts at rounding; at 5% small
        changes are missed.
    cool_down_hours : float
        One alert per episode: a row has a score only if its evidence is stronger than that of all
        rows within this many hours before. From eight to ten little changes; with six episodes
        alert twice, with twice of it the next episode is missed.
    cool_down_steps : int
        Minimum length of the cool-down, and of the growth, in steps: a week of daily data.
    realert_factor : float
        Within the cool-down of an anomaly, a row must have this many times its evidence to alert
        again. At 1 a gradual change would alert at every step.
    """

    same_time_limit: float = 1.7
    last_rows_limit: float = 2.2
    sustained_limit: float = 1.1
    spread_limit: float = 1.1
    level_limit: float = 1.15
    unchanged_limit: float = 2.0
    scale_quantile: float = 0.99
    same_time_days: int = 7
    same_time_weeks: int = 8
    last_rows: int = 12
    spread_rows: int = 24
    level_rows: int = 36
    level_before_rows: int = 144
    min_residuals: int = 20
    min_means: int = 120
    min_unchanged_rows: int = 12
    ratio_offset: float = 0.05
    scale_days: int = 28
    sustained_days: int = 14
    min_steps: int = 56
    min_maximum_steps: int = 500
    max_rows: int = 8_192
    maximum_growth: float = 2.0
    growth_hours: float = 24.0
    scale_floor: float = 0.0129
    cool_down_hours: float = 9.0
    cool_down_steps: int = 7
    realert_factor: float = 2.0


PRESETS = Presets()
