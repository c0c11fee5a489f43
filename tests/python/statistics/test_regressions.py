"""The rank test of `regression_tests` against scipy (K13); the SQL equals it column by column."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, mannwhitneyu

from reference.rank_test import combined, rank_test, tie_factor


@pytest.fixture(scope="module")
def samples() -> list[tuple[np.ndarray, np.ndarray]]:
    """Return pairs of recent and baseline samples without ties, shifted or not."""
    random = np.random.default_rng(7)
    return [
        (random.normal(shift, 1, recent), random.normal(0, 1, baseline))
        for recent in (4, 8, 15, 30)
        for baseline in (15, 60, 200)
        for shift in (0.3, 0.6, 1.0, 1.5)
    ]


def test_rank_test_is_near_the_exact_one(samples):
    """K13: hardly ever smaller than the exact p-value, and nearer to it than the normal one."""
    ours, normal = [], []
    for recent, baseline in samples:
        exact, other = (
            mannwhitneyu(recent, baseline, alternative="greater", method=method).pvalue
            for method in ("exact", "asymptotic")
        )
        if 1e-6 < exact < 0.2:
            ours.append(rank_test(recent, baseline, tie_factor(baseline)) / exact)
            normal.append(other / exact)
    assert len(ours) > 20
    assert min(ours) > 0.98
    assert np.quantile(ours, 0.9) < 1.5 < np.quantile(normal, 0.9)


def test_scanned_windows_keep_their_rate():
    """K13: of series without a change, combined p-values are below 1% about once in a hundred."""
    random = np.random.default_rng(7)
    found = 0
    for _ in range(3000):
        recent, baseline = random.standard_t(4, 30), random.standard_t(4, 100)
        found += combined([rank_test(recent[-n:], baseline, 1.0) for n in (4, 8, 15, 30)]) < 0.01
    assert 10 < found < 45


def test_benjamini_hochberg_by_running_minimum(samples):
    """K13: the model's running minimum over ranks is the usual adjustment."""
    ordered = np.sort([rank_test(recent, baseline, 1.0) for recent, baseline in samples])
    scaled = np.minimum(1, ordered * len(ordered) / np.arange(1, len(ordered) + 1))
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
