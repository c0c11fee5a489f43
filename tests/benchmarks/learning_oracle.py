"""What an estimator predicts that knows the form of a generated company's law, not its numbers.

It learns them from the same earlier runs as the predictions under test do. What separates it from
the oracle, which knows the numbers as well, is the price of few runs, which nobody can avoid.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["learnt_medians"]

# Priors of `generated_runs.py`, as normal laws: of a workflow's level nothing is known.
_LEVEL_SD, _MODEL_SD, _SPECIES_SD = 10.0, 1.0, 0.4
_SLOPE, _SLOPE_SD = 0.5, 0.25
_NOISE = 0.25
_MIDDLE_SIZE = 6.0
# Extremes are cut off, so that a fault or a heavy tail does not move the estimate: at once, and
# from so many runs on more tightly.
_FIRST_CUT, _LATER_CUT, _FIRST_RUNS, _LATER_RUNS = 1.0, 0.6, 5, 20


class _Workflow:
    """Posterior of level, slope, models' and species' effects on log cost."""

    def __init__(self) -> None:
        self._place = {"level": 0, "slope": 1}
        self._precision = np.diag([1 / _LEVEL_SD**2, 1 / _SLOPE_SD**2])
        self._weighted = np.array([0.0, _SLOPE / _SLOPE_SD**2])
        self._runs = 0

    def _features(self, run: Mapping[str, Any]) -> np.ndarray:
        """Return a run's features; a new model or species gets a place with its prior."""
        effects = {
            f"model {run['primary_model']}": _MODEL_SD,
            f"species {run['species_hash']}": _SPECIES_SD,
        }
        for name, spread in effects.items():
            if name not in self._place:
                size = len(self._place)
                self._place[name] = size
                grown = np.zeros((size + 1, size + 1))
                grown[:size, :size] = self._precision
                grown[size, size] = 1 / spread**2
                self._precision = grown
                self._weighted = np.append(self._weighted, 0.0)
        features = np.zeros(len(self._place))
        features[0], features[1] = 1.0, np.log(run["input_chars"]) - _MIDDLE_SIZE
        for name in effects:
            features[self._place[name]] = 1.0
        return features

    def predict(self, run: Mapping[str, Any]) -> float:
        features = self._features(run)
        return float(features @ np.linalg.solve(self._precision, self._weighted))

    def learn(self, run: Mapping[str, Any]) -> None:
        cost = float(run["total_cost_usd"])
        if cost <= 0:
            return
        logarithm = np.log(cost)
        if self._runs >= _FIRST_RUNS:
            cut = _FIRST_CUT if self._runs < _LATER_RUNS else _LATER_CUT
            expected = self.predict(run)
            logarithm = expected + np.clip(logarithm - expected, -cut, cut)
        features = self._features(run)
        self._precision += np.outer(features, features) / _NOISE**2
        self._weighted += features * logarithm / _NOISE**2
        self._runs += 1


def learnt_medians(runs: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Return the typical cost of each run, from the runs that had ended before it started.

    Parameters
    ----------
    runs : sequence of mapping
        Of `as_the_worker_has`, with ``started_at``.

    Returns
    -------
    numpy.ndarray of shape (n_runs,)
        In USD.
    """
    moments = [(run["started_at"], 0, nth) for nth, run in enumerate(runs)]
    moments += [(run["ended_at"], 1, nth) for nth, run in enumerate(runs)]
    workflows: dict[str, _Workflow] = {}
    medians = np.full(len(runs), np.nan)
    for _, is_end, nth in sorted(moments):
        workflow = workflows.setdefault(runs[nth]["workflow_id"], _Workflow())
        if is_end:
            workflow.learn(runs[nth])
        else:
            medians[nth] = np.exp(workflow.predict(runs[nth]))
    return medians
