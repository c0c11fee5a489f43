"""Experiments before they are run: how long they take on this warehouse's own traffic."""

from orchestration.experiments.plan import METRICS, Plan, plan

__all__ = ["METRICS", "Plan", "plan"]
