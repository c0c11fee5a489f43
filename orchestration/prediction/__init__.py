"""Predicting what model calls cost before they run: scikit-learn estimators, free of Dagster."""

from orchestration.prediction.call_costs import CallCostRegressor

__all__ = ["CallCostRegressor"]
