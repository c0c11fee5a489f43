"""What forecasting presumes: every constant with its reason, and no other place has one.

They were chosen on the back-tests of docs/accuracy/forecast_accuracy.md, on no series that judges
them there. They are no vars: SQL reads none of them, and a change of one is judged by
``tests/benchmarks/forecast_daily.py``, not by a warehouse.
"""

__all__: list[str] = []

# --- Units.
WEEK = 7
FOUR_WEEKS = 28
# Whole weeks, so that a weekday meets a weekday.
YEAR_OF_WEEKS = 364
YEAR_DAYS = 365.25
# A standard deviation is this many median absolute deviations, for normal values.
NORMAL_SPREAD = 1.4826
# Below this, sums and shares of floating-point numbers are equal.
ROUNDING = 1e-12
# Makes a matrix invertible whatever the data, and keeps a whole rank from being rounded down.
TINY = 1e-9
WAVE_RIDGE_FLOOR = 1e-6

# --- What the warehouse publishes (fitting.py).
HORIZON = 30
TOTALS = (WEEK, HORIZON)
LEVELS = (80, 95)
# Quantiles that the bounds of these levels, and the forecast between them, are.
QUANTILES = {"lo_95": 0.025, "lo_80": 0.1, "y_hat": 0.5, "hi_80": 0.9, "hi_95": 0.975}
# Six origins ten days apart fall on six weekdays and reach back 80 days. More tell more and take
# longer: each costs about as much as the forecast itself.
ORIGINS = 6
STEP_DAYS = 10
# With less than a week no method does more than repeat or average days.
SHORTEST_HISTORY_DAYS = WEEK
# By chance alone one of five methods is often slightly better than the default.
CLEARLY_BETTER = 0.95
# In a chart of the total: the past that is shown, in horizons.
CHART_HORIZONS = 3

# --- How much of the past is looked at (panel.py).
# Four years tell the wave of a year from what only that year did.
HISTORY_DAYS = 4 * 365 + 56
# The members: two years and the weeks around the same day of the year before. Waves of the year are
# learnt from all that is given.
MEMBER_DAYS = 2 * 365 + 56
# Rows worked on at a time: bounds memory to some 100 MB whatever the panel.
CHUNK_ROWS = 1000
# A history younger than this does not tell how wrong forecasts of grown ones are.
GROWN_WEEKS = 4
GROWN_DAYS_WHERE_NONE_IS = 2

# --- Scales (signal/scale.py).
# Eight weeks: long enough for a median, short enough to follow a series that grows.
SCALE_DAYS = 56
# Nine weeks have eight changes per weekday.
CHANGE_DAYS = 63

# --- Days without a row (signal/history.py, fills_with_zero).
MOSTLY_MISSING = 0.5
OFTEN_MISSING = 0.1
LOW_QUANTILE = 0.1
NEAR_ZERO = 0.3
RESTLESS = 0.15

# --- Days that stand out (signal/outliers.py).
# The median of two weeks and a day follows a level that jumps within eight days.
OUTLIER_WINDOW_DAYS = 15
OUTLIER_SPREAD_DAYS = YEAR_OF_WEEKS
OUTLIER_SPREADS = 3.0

# --- Series that fell silent (signal/silence.py).
# Days of use before the silence that say what is usual.
USUAL_DAYS = 56
# Of a series that runs, one in a hundred ends on any day.
ENDS_A_DAY = 0.01
# Days are not independent: who rests today is likelier to rest tomorrow. Two silent days count as
# one.
INDEPENDENT_SHARE = 0.5

# --- The wave of the year (signal/yearly.py).
# Waves a year and their sum can hold: 1 is summer and winter, 3 turns six times a year.
MOST_WAVES = 3
# A year and a month: with less, the wave of a year is a trend.
SHORTEST_WAVE_WEEKS = 57
# What a forecast stands on without the wave, and how far apart past trials are.
WAVE_LEVEL_WEEKS = 4
WAVE_STEP_WEEKS = 2
WAVE_WEEKS_BACK = 52
# The others' trials count as much as this many series like a series' own.
WAVE_PRIOR_SERIES = 2.0
# Series from which it is learnt what waves of the year are worth.
WAVE_SERIES = 500

# --- What days add up to (signal/expectation.py).
# Twelve weeks gave the same errors on the generated sets, and follow a change later.
EXPECTATION_SEASONS = 8
# A mean of more than twice the median is made by single days, which come again or do not.
EXPECTATION_BOUNDS = (0.5, 2.0)
# As much of its distance from 1 is kept as that squared is larger than this many variances: with
# two, a single day, however large, makes no difference to a series alone.
EXPECTATION_VARIANCES = 2

# --- The median of members and what stands in for it (members/median.py).
# Repeating the last value is the best forecast of a walk and a bad one of anything else: it counts
# only where the past says so.
UNJUDGED_WEIGHTS = {"last_value": 0.0}
RECENT_SEASONS = 8
# Weeks of history from which each fallback has enough, and the median of all members.
NAIVE_AND_MEAN_WEEKS = 2
ALL_MEMBERS_WEEKS = 4
# Below half of the days with a value the median of a day is 0, and so would be every total; not far
# below it medians of weekdays still err less. From here on the total counts more: with 0.3 those of
# sparse series were wrong by half as much again.
SPARSE_BELOW = 0.4

# --- What each member counts (members/weighing.py).
# Twice the error is a sixteenth of the weight.
WEIGHT_POWER = 4
# Forecasts that judge: enough for a steady ratio of errors, few enough to cost a tenth of the
# whole. Few series are judged at more origins.
WEIGHT_FORECASTS = 600
WEIGHT_ORIGINS = (6, 24)
WEIGHT_FEWEST = 8
WEIGHT_SHORTEST_WEEKS = 8

# --- Baselines (members/baselines.py).
MEAN_DAYS = FOUR_WEEKS
# The documents' own (R040, K7).
LINE_DAYS = 30

# --- Weekday median (members/weekday_median.py).
# Same phases to take the median of. More is steadier, fewer follows a change sooner.
MEDIAN_SEASONS = 8
# How much of the change of level to believe: 0 none, 1 all.
LEVEL_POWER = 0.7
LEVEL_BOUNDS = (0.5, 2.0)
RECENT_LEVEL_DAYS = SCALE_DAYS // 4

# --- Theta and Holt-Winters (members/theta.py, members/holt_winters.py): rates to choose from.
# Finer grids chose the same forecasts to the second digit.
THETA_ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9)
LEVEL_RATES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75)
SEASON_RATES = (0.01, 0.03, 0.07, 0.15, 0.3)
# Days ahead at which they are judged: the best rate for tomorrow runs after yesterday's noise.
RATE_LEAD_DAYS = WEEK

# --- Ridge on lags (members/lag_ridge.py).
# Penalty, as a share of the rows: what a coefficient costs against the series' variance.
RIDGE_ALPHA = 0.02
# Older weeks say little about the coming ones.
RIDGE_DAYS = YEAR_OF_WEEKS
RIDGE_SEASONS = 4

# --- Boosting (members/boosting.py).
# With fewer series or rows there is nothing that one series can teach another.
BOOSTING_MIN_SERIES = 30
BOOSTING_MIN_ROWS = 500
# Bound time and memory: a fixed sample of more rows, of days three apart.
BOOSTING_MAX_ROWS = 30_000
BOOSTING_MAX_ORIGINS = 120
BOOSTING_STEP_DAYS = 3
# Slow rates with many small trees, leaves of forty rows: no single series makes a leaf.
BOOSTING_TREES = 150
BOOSTING_RATE = 0.06
BOOSTING_LEAVES = 31
BOOSTING_LEAF_ROWS = 40
# Seasons of history below which a series neither teaches nor has a level, and seasons beyond the
# year that its features look at.
BOOSTING_LEVEL_SEASONS = 4
BOOSTING_WINDOW_SEASONS = 8
BOOSTING_SAME_PHASES = 4
BOOSTING_EIGHT_WEEKS = 56
# Days each way around a day of the year before: its week.
BOOSTING_AROUND_DAYS = 3
# Typical changes: more is an accident that no lag foretells.
BOOSTING_LARGEST_TARGET = 8.0
# On the asinh scale: a series that never changes has no unit of its own.
BOOSTING_SMALLEST_CHANGE = 0.02

# --- Intervals (intervals.py).
# Origins for each week of the horizon. Eight follow the present; but the eight of a single series
# are one quarter's luck, so that pools of few series look further back, a year at most.
FEWEST_ORIGINS = 8
MOST_ORIGINS = 52
SERIES_TIMES_ORIGINS = 400
# Below this many errors a quantile of 95% is the largest error or a guess.
SMALLEST_POOL = 50
# Half the width in the first week where nothing can be measured, on the scale of `errors_of`: what
# generated sets (tests/benchmarks) need there and a quarter more, as too wide is the safer guess.
UNMEASURED = {80: 1.25, 95: 2.5}
# Errors grow with the size of a forecast to this power: of the bare scale (0) and of multiples of
# it (a half), half-way was narrower than either at the same coverage.
STRETCH_POWER = 0.25
# Of the largest error: later weeks grow from earlier ones to more than twice.
MOST_REACH = 3.0
# Not far beyond it sinh is infinite.
LARGEST_SINH = 300.0

# --- What is read from the warehouse (publishing/tables.py).
# Back-tests forecast from 80 days ago, and learn how wrong they are from up to a year before.
DAYS_READ = HISTORY_DAYS + 80 + WEEK * 56
