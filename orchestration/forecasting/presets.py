"""Presets of forecasting: every constant with its reason.

They were chosen in back-tests, on series that are not among those of the results in
docs/accuracy/forecast_accuracy.md. They are not vars, because no SQL reads them, and a change must
be evaluated by ``tests/benchmarks/forecast_daily.py`` rather than in one warehouse.
"""

__all__: list[str] = []

# --- Units.
WEEK = 7
FOUR_WEEKS = 28
# Whole weeks, so that weekdays match.
YEAR_OF_WEEKS = 364
YEAR_DAYS = 365.25
# Standard deviation of a normal distribution, in median absolute deviations.
MAD_TO_STDDEV = 1.4826
# Tolerance in comparisons of floating-point sums.
ROUNDING = 1e-12
# Keeps a matrix invertible for any data, and an integer rank from being rounded down.
TINY = 1e-9
YEARLY_RIDGE = 1e-6

# --- What the warehouse publishes (fitting.py).
HORIZON = 30
TOTALS = (WEEK, HORIZON)
LEVELS = (80, 95)
# Quantiles of the bounds and of the forecast.
QUANTILES = {"lo_95": 0.025, "lo_80": 0.1, "y_hat": 0.5, "hi_80": 0.9, "hi_95": 0.975}
# Six origins ten days apart fall on six weekdays and reach back 80 days. Each takes about as long
# as the forecast itself.
ORIGINS = 6
STEP_DAYS = 10
# With less than a week, every method only repeats or averages days.
MIN_HISTORY_DAYS = WEEK
# MASE relative to the default below which another method is selected: by chance alone, one of five
# methods is often slightly better.
MAX_MASE_RATIO = 0.95
# History shown in a chart, in horizons.
CHART_HORIZONS = 3

# --- Length of histories (panel.py).
# Four years separate yearly seasonality from the events of a single year.
HISTORY_DAYS = 4 * 365 + 56
# Members use two years, and the weeks around the same day of the year before. Yearly seasonality is
# estimated from the whole history.
MEMBER_DAYS = 2 * 365 + 56
# Rows per chunk: bounds memory to some 100 MB for any panel.
CHUNK_ROWS = 1000
# Errors of shorter histories are not representative of those of longer ones: the mature count where
# two origins have them, else the young. Of a week or less, the change by the week is unknown;
# errors measured in the level instead gave series of 28 days intervals of 80% that covered 73%.
MATURE_WEEKS = 4
YOUNG_DAYS = 8

# --- Scales (signal/scale.py).
# Eight weeks: long enough for a median, short enough to adapt to growth.
SCALE_DAYS = 56
# Nine weeks have eight changes per weekday.
CHANGE_DAYS = 63

# --- Days without a row (signal/history.py, fills_with_zero).
MOSTLY_MISSING = 0.5
OFTEN_MISSING = 0.1
LOW_QUANTILE = 0.1
NEAR_ZERO = 0.3
VOLATILE = 0.15

# --- Outliers (signal/outliers.py).
# The median of 15 days adapts to a level shift within eight days.
OUTLIER_WINDOW_DAYS = 15
OUTLIER_MAD_DAYS = YEAR_OF_WEEKS
OUTLIER_DEVIATIONS = 3.0

# --- Inactive series (signal/inactivity.py).
# Days before the inactivity from which the usual activity is estimated.
ACTIVITY_DAYS = 56
# Hazard: of a hundred active series one ends per day.
HAZARD = 0.01
# Inactive days are positively correlated: two of them are as much evidence as one independent day.
EFFECTIVE_SHARE = 0.5

# --- Yearly seasonality (signal/yearly.py).
# Harmonics of the year: the first is summer and winter, the third changes direction six times.
MAX_HARMONICS = 3
# A year and a month: with less, yearly seasonality looks like a trend.
YEARLY_MIN_WEEKS = 57
# Weeks whose mean is the level, weeks between origins, and how far back origins reach.
YEARLY_LEVEL_WEEKS = 4
YEARLY_STEP_WEEKS = 2
YEARLY_WEEKS_BACK = 52
# Prior weight of the panel's mean, in series.
YEARLY_PRIOR_SERIES = 2.0
# Series sampled for the back-test.
YEARLY_SAMPLE = 500

# --- Smearing factor (signal/smearing.py).
# Twelve weeks gave the same errors on the generated sets, and react later to a change.
SMEARING_SEASONS = 8
# A mean above twice the median comes from single days, which may not occur again.
SMEARING_BOUNDS = (0.5, 2.0)
# Shrinkage towards 1: the factor is 1 - this x variance / distance^2. With two, one expensive day
# of one series has no effect.
SMEARING_VARIANCES = 2

# --- The weighted median and its fallbacks (members/median.py).
# The last value is the best forecast of a random walk and a bad one of anything else: without
# back-tests its weight is 0.
DEFAULT_WEIGHTS = {"last_value": 0.0}
RECENT_SEASONS = 8
# Weeks of history from which a fallback of two methods, and the weighted median, are used.
NAIVE_AND_MEAN_WEEKS = 2
ALL_MEMBERS_WEEKS = 4
# If fewer than half of the days are above 0, the median of a day is 0, and so is every total. Just
# below one half, medians of weekdays still have a smaller error; below this share the error of the
# total matters more. With 0.3, totals of sparse series had an error half as large again.
SPARSE_BELOW = 0.4

# --- Weights of members (members/weights.py).
# Twice the error is a sixteenth of the weight.
WEIGHT_POWER = 4
# Back-test forecasts: enough for a stable ratio of errors, few enough to take a tenth of the run
# time. With fewer series there are more origins.
WEIGHT_FORECASTS = 600
WEIGHT_ORIGINS = (6, 24)
WEIGHT_MIN_FORECASTS = 8
WEIGHT_MIN_WEEKS = 8

# --- Baselines (members/baselines.py).
MEAN_DAYS = FOUR_WEEKS
# The documents' own (R040, K7).
LINE_DAYS = 30

# --- Weekday median (members/weekday_median.py).
# Number of same phases. More is more stable, fewer adapts faster to a change.
MEDIAN_SEASONS = 8
# How much of the change of level is followed: 0 none, 1 all.
LEVEL_POWER = 0.7
LEVEL_BOUNDS = (0.5, 2.0)
RECENT_LEVEL_DAYS = SCALE_DAYS // 4

# --- Theta and Holt-Winters (members/theta.py, members/holt_winters.py): rates to select from.
# Finer grids gave the same forecasts to the second digit.
THETA_ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9)
LEVEL_RATES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75)
SEASON_RATES = (0.01, 0.03, 0.07, 0.15, 0.3)
# Days ahead at which their errors are compared: the best rate for one day follows noise.
RATE_LEAD_DAYS = WEEK

# --- Ridge on lags (members/lag_ridge.py).
# Penalty per row, relative to the variance of the series.
RIDGE_ALPHA = 0.02
# Older weeks have little information about the next ones.
RIDGE_DAYS = YEAR_OF_WEEKS
RIDGE_SEASONS = 4

# --- Boosting (members/boosting.py).
# With fewer series or rows there is nothing to share between series.
BOOSTING_MIN_SERIES = 30
BOOSTING_MIN_ROWS = 500
# Bound time and memory: of more rows a fixed sample is taken, with origins three days apart.
BOOSTING_MAX_ROWS = 30_000
BOOSTING_MAX_ORIGINS = 120
BOOSTING_STEP_DAYS = 3
# A low learning rate with many small trees; leaves of 40 rows, so that no leaf is a single series.
BOOSTING_TREES = 150
BOOSTING_RATE = 0.06
BOOSTING_LEAVES = 31
BOOSTING_LEAF_ROWS = 40
# Minimum number of seasons for training and for the level, and seasons that features use beyond the
# year before.
BOOSTING_LEVEL_SEASONS = 4
BOOSTING_WINDOW_SEASONS = 8
BOOSTING_SAME_PHASES = 4
BOOSTING_EIGHT_WEEKS = 56
# Days before and after a day of the year before: its week.
BOOSTING_AROUND_DAYS = 3
# In typical changes: beyond it are outliers that no lag predicts.
BOOSTING_MAX_TARGET = 8.0
# Minimum unit on the asinh scale, for series that never change.
BOOSTING_MIN_CHANGE = 0.02

# --- Intervals (intervals.py).
# Origins for each week of the horizon, half a year of them: where all series share a shock, each
# origin is one observation, however many series there are, and eight covered 1% to 6% less. Those
# of a single series are too few, so pools of few series look further back, a year at most.
MIN_ORIGINS = 26
MAX_ORIGINS = 52
SERIES_TIMES_ORIGINS = 400
# Fewest degrees of freedom of the quantile by which a pool of few independent errors is widened:
# one or none would widen it without limit.
MIN_FREEDOM = 2
# With fewer errors, a 95% quantile is the largest error or an extrapolation.
MIN_POOL = 50
# A week of the horizon needs errors of two origins: those of one say nothing of a shared shock.
MIN_POOL_ORIGINS = 2
# Power of time by which errors of an earlier week grow: a random walk's would with 1/2, those of a
# steady series not at all. Chosen on generated series of 28 days (docs/accuracy/young_series.md).
GROWTH_POWER = 0.2
# Half the width in the first week if there are too few errors, on the scale of `scaled_errors`:
# what generated sets (tests/benchmarks) need there and a quarter more, to be on the safe side.
DEFAULT_HALF_WIDTH = {80: 1.25, 95: 2.5}
# Power of the forecast with which errors grow: half-way between the asinh scale (0) and multiples
# of the scale (1/2) was narrower than either at the same coverage.
STRETCH_POWER = 0.25
# Largest reach of an interval, in multiples of the largest error: widths grow over the weeks to
# more than twice.
MAX_REACH = 3.0
# sinh overflows not far above it.
MAX_SINH = 300.0

# --- Days read from the warehouse (publishing/tables.py).
# The earliest back-test forecasts from 80 days ago; its intervals use errors of the year before.
DAYS_READ = HISTORY_DAYS + 80 + WEEK * 56
