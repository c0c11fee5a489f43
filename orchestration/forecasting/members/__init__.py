"""The members of the median that learn from one series alone, one a file."""

from orchestration.forecasting.members.holt_winters import HoltWinters
from orchestration.forecasting.members.lag_ridge import LagRidge
from orchestration.forecasting.members.theta import SeasonalTheta
from orchestration.forecasting.members.weekday_median import WeekdayMedian

__all__ = ["HoltWinters", "LagRidge", "SeasonalTheta", "WeekdayMedian"]
