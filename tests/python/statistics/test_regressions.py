"""The rank test and the shift of `regression_tests` against scipy (K13)."""

import json

import numpy as np
import pytest
from scipy.stats import false_discovery_control, mannwhitneyu

from orchestration.warehouse.client import connect

SAMPLES = 40


@pytest.fixture(scope="module")
def samples() -> list[tuple[list[float], list[float]]]:
    """Return pairs of recent and baseline samples: shifted or not, with ties or not."""
    random = np.random.default_rng(7)
    pairs = []
    for nth in range(SAMPLES):
        recent = random.normal(0.2 * (nth % 4), 0.3, random.integers(8, 31))
        baseline = random.normal(0, 0.3, random.integers(15, 101))
        digits = 1 if nth % 2 else 9
        pairs.append((recent.round(digits).tolist(), baseline.round(digits).tolist()))
    return pairs


@pytest.fixture(scope="module")
def engine_p_values(samples, tmp_path_factory) -> list[float]:
    """Return the engine's p-values, in the words of the model."""
    pairs = ",".join(f"({json.dumps(recent)}, {json.dumps(base)})" for recent, base in samples)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TOKENHOUSE_HOME", str(tmp_path_factory.mktemp("engine")))
        environment.setenv("TOKENHOUSE_TARGET", "embedded")
        with connect() as client:
            rows = client.query(
                "select arrayReduce('mannWhitneyUTest(\\'less\\')', arrayConcat(pair.2, pair.1), "
                "arrayConcat(arrayWithConstant(length(pair.2), 0), "
                "arrayWithConstant(length(pair.1), 1))).2 "
                "from (select cast(arrayJoin(pairs), 'Tuple(Array(Float64), Array(Float64))') "
                f"as pair from (select [{pairs}] as pairs))"
            ).result_rows
    return [row[0] for row in rows]


def test_rank_test_is_that_recent_runs_are_larger(samples, engine_p_values):
    """K13: direction, continuity and ties are those of scipy."""
    expected = [
        mannwhitneyu(recent, base, alternative="greater", method="asymptotic").pvalue
        for recent, base in samples
    ]
    assert engine_p_values == pytest.approx(expected, rel=1e-9)


def test_benjamini_hochberg_by_running_minimum(engine_p_values):
    """K13: the model's running minimum over ranks is the usual adjustment."""
    ordered = np.sort(engine_p_values)
    scaled = np.minimum(1, ordered * SAMPLES / np.arange(1, SAMPLES + 1))
    running = np.minimum.accumulate(scaled[::-1])[::-1]
    assert running == pytest.approx(false_discovery_control(ordered))


def test_judge_counts_found_false_and_side_effects():
    """A fault is found once, by its metric; other metrics of its species are no false alarms."""
    from datetime import date

    from judge_regressions import Episode, LastingFault, verdict

    faults = [
        LastingFault("model_swap", "a", "cost", date(2026, 5, 10)),
        LastingFault("slow_provider", "b", "duration", date(2026, 5, 10)),
    ]
    episodes = [
        Episode("a", "cost", date(2026, 5, 1)),
        Episode("a", "cost", date(2026, 5, 16)),
        Episode("a", "cost", date(2026, 6, 16)),
        Episode("a", "duration", date(2026, 5, 17)),
        Episode("c", "cost", date(2026, 5, 17)),
    ]
    figures = verdict(faults, episodes, species_months=50)
    assert figures.found_by_kind == {"model_swap": (1, 1), "slow_provider": (0, 1)}
    assert (figures.recall, figures.median_delay_days) == (0.5, 6)
    assert (figures.false_alarms, figures.side_effects) == (2, 1)
    assert figures.false_alarms_per_100_species_months == 4
    assert figures.false_discovery_rate == 0.4
