"""Comparisons of variants against SciPy: published examples, and samples drawn at random (R093)."""

from math import erfc, exp, log, sqrt

import numpy as np
import pytest
from scipy.stats import chi2, chisquare, fisher_exact, mannwhitneyu, ttest_ind

from comparison_sql import macro, model
from simulate_experiments import simulate

METRICS = {
    "success_share": "share",
    "avg_rating": "rank",
    "cost_per_message_usd": "skewed",
}


def sample(sums, counts=None):
    """Return a variant's units as SQL: the sums, and of how many each is."""
    counts = counts or [1] * len(sums)
    pairs = sorted(zip(sums, counts, strict=True))
    return [[float(pair[place]) for pair in pairs] for place in (0, 1)]


def compared(warehouse, metric, variant, control):
    """Return the row of `int_comparison_tests` of two samples."""
    (sums, counts), (control_sums, control_counts) = variant, control
    relation = f"""(
        select 'experiment' as comparison_kind, 'x' as comparison_id, 'x' as subject,
            'b' as variant, 'a' as control_variant, '{metric}' as metric,
            '{METRICS[metric]}' as metric_kind,
            'user' as unit_kind, true as has_control,
            cast({sums}, 'Array(Float64)') as variant_sums,
            cast({counts}, 'Array(Float64)') as variant_counts,
            cast({control_sums}, 'Array(Float64)') as control_sums,
            cast({control_counts}, 'Array(Float64)') as control_counts,
            toDate('2026-01-01') as first_date, toDate('2026-01-31') as last_date
    )"""
    [row] = warehouse.rows(model("int_comparison_tests", {"int_comparison_samples": relation}))
    return row


def trials(hits, count):
    return sample([1] * hits + [0] * (count - hits))


def test_shares_of_single_trials_r093(demo_warehouse):
    """R093: 56 of 70 against 48 of 80, and 180 of 200 against 150 of 200: interval, z and p."""
    row = compared(demo_warehouse, "success_share", trials(56, 70), trials(48, 80))
    assert row["test"] == "newcombe"
    assert row["difference"] == pytest.approx(0.2)
    bounds = row["difference_low"], row["difference_high"]
    assert bounds == pytest.approx((0.052431, 0.333873), abs=1e-6)
    assert row["statistic"] == pytest.approx(2.650172, abs=1e-6)
    assert row["p_value"] == pytest.approx(0.008045, abs=1e-6)

    row = compared(demo_warehouse, "success_share", trials(180, 200), trials(150, 200))
    bounds = row["difference_low"], row["difference_high"]
    assert bounds == pytest.approx((0.076129, 0.222927), abs=1e-6)
    assert row["p_value"] == pytest.approx(7.89e-5, abs=1e-8)
    assert row["min_detectable_effect"] == pytest.approx(0.121312, abs=1e-6)


def test_few_trials_are_tested_exactly_r093(demo_warehouse):
    """R093: 9 of 10 against 4 of 10 by Fisher's test, twice the smaller side."""
    row = compared(demo_warehouse, "success_share", trials(9, 10), trials(4, 10))
    assert row["test"] == "fisher"
    assert row["p_value"] == pytest.approx(0.057276, abs=1e-6)
    one_sided = fisher_exact([[9, 1], [4, 6]], alternative="greater").pvalue
    assert row["p_value"] == pytest.approx(2 * one_sided)


def test_the_delta_method_r093(demo_warehouse):
    """R093: users of several trials: (3,4), (2,2), (0,1), (5,5) and (1,3)."""
    [row] = demo_warehouse.rows(
        "select [3., 2, 0, 5, 1] as variant_sums, [4., 2, 1, 5, 3] as variant_counts, "
        "toFloat64(5) as variant_n, "
        "arraySum(variant_sums) / arraySum(variant_counts) as variant_share, "
        f"{macro('delta_variance', 'variant')} as variance"
    )
    assert row["variant_share"] == pytest.approx(11 / 15)
    assert row["variance"] == pytest.approx(0.022469, abs=1e-6)
    assert sqrt(row["variance"]) == pytest.approx(0.149897, abs=1e-6)


def test_ratings_r093(demo_warehouse):
    """R093: the variant's U, its p-value and the chance that its user rates higher."""
    # Ten at least on each side: the example, twice over, against SciPy.
    variant, control = [5, 4, 5, 3, 4, 5, 5, 4] * 2, [3, 4, 2, 3, 4, 3, 5, 2] * 2
    row = compared(demo_warehouse, "avg_rating", sample(variant), sample(control))
    wanted = mannwhitneyu(variant, control, method="asymptotic")
    assert (row["statistic"], row["p_value"]) == pytest.approx((wanted.statistic, wanted.pvalue))
    assert row["ratio"] == pytest.approx(0.804688, abs=1e-6)
    assert (row["variant_value"], row["control_value"]) == (4.375, 3.25)


def test_skewed_values_r093(demo_warehouse):
    """R093: costs are compared as logarithms, and users whose cost is zero are counted apart."""
    dice = np.random.default_rng(3)
    variant, control = (list(dice.lognormal(mean, 0.8, 100)) for mean in (0.4, 0.0))
    row = compared(demo_warehouse, "cost_per_message_usd", sample([*variant, 0.0]), sample(control))
    logs = [[log(value) for value in side] for side in (variant, control)]
    wanted = ttest_ind(*logs, equal_var=False)
    interval = wanted.confidence_interval()
    assert row["left_out_units"] == 1
    assert row["statistic"] == pytest.approx(wanted.statistic, abs=1e-6)
    assert row["p_value"] == pytest.approx(wanted.pvalue, abs=1e-3)
    assert row["ratio"] == pytest.approx(exp(np.mean(logs[0]) - np.mean(logs[1])))
    bounds = row["ratio_low"], row["ratio_high"]
    assert bounds == pytest.approx((exp(interval.low), exp(interval.high)), rel=1e-4)
    cut = np.quantile([*variant, 0.0, *control], 0.99)
    sides = [np.minimum(side, cut) for side in ([*variant, 0.0], control)]
    wanted = ttest_ind(*sides, equal_var=False).confidence_interval()
    bounds = row["difference_low"], row["difference_high"]
    assert bounds == pytest.approx((wanted.low, wanted.high), abs=1e-3)
    assert row["difference"] == pytest.approx(np.mean([*variant, 0.0]) - np.mean(control))


def test_the_smallest_effect_that_is_found_r093(demo_warehouse):
    """R093: a spread of 0.8 of the logarithms and a hundred a side find 37.3%."""
    half = [exp(0.8 * sqrt(99 / 100) * sign) for sign in (-1, 1)] * 50
    row = compared(demo_warehouse, "cost_per_message_usd", sample(half), sample(half))
    assert row["min_detectable_effect"] == pytest.approx(0.373, abs=5e-4)


@pytest.mark.parametrize(
    ("units", "statistic", "p_value"),
    [
        ([550, 450], 10, 0.001565),
        ([560, 440], 14.4, 0.000148),
        ([340, 330, 280], 6.526316, 0.038267),
    ],
)
def test_a_broken_split_r093(demo_warehouse, units, statistic, p_value):
    """R093: chi-square of the units against the plan, exact for whole degrees of freedom."""
    assert chisquare(units).statistic == pytest.approx(statistic, abs=1e-6)
    sql = macro("chi_square_p_value", str(float(statistic)), str(len(units) - 1))
    [row] = demo_warehouse.rows(f"select {sql} as p")
    assert row["p"] == pytest.approx(p_value, abs=1e-6)
    for df in range(1, 12):
        sql = macro("chi_square_p_value", "7.5", str(df))
        [row] = demo_warehouse.rows(f"select {sql} as p")
        assert row["p"] == pytest.approx(chi2.sf(7.5, df))


def test_many_users_with_many_trials_r093(demo_warehouse):
    """R093: the difference of shares, its error and p from the units, recomputed."""
    dice = np.random.default_rng(7)
    sides = []
    for share in (0.7, 0.6):
        counts = dice.integers(1, 20, 60)
        hits = dice.binomial(counts, np.clip(dice.normal(share, 0.15, 60), 0, 1))
        sides.append((hits, counts))
    row = compared(
        demo_warehouse,
        "success_share",
        *(sample(list(hits), list(counts)) for hits, counts in sides),
    )
    variances = []
    for hits, counts in sides:
        share = hits.sum() / counts.sum()
        residuals = hits - share * counts
        variances.append(residuals.var(ddof=1) / (len(hits) * counts.mean() ** 2))
    difference = sides[0][0].sum() / sides[0][1].sum() - sides[1][0].sum() / sides[1][1].sum()
    error = sqrt(sum(variances))
    assert row["test"] == "delta"
    assert row["difference"] == pytest.approx(difference)
    assert row["difference_low"] == pytest.approx(difference - 1.959964 * error, abs=1e-6)
    assert row["p_value"] == pytest.approx(erfc(abs(difference) / error / sqrt(2)))


@pytest.mark.parametrize("metric", METRICS)
def test_too_few_units_are_not_tested_r093(demo_warehouse, metric):
    """R093: below the minimum, and without any unit, there are values but no test."""
    row = compared(demo_warehouse, metric, sample([1.0, 1.0, 2.0], [2, 2, 2]), sample([]))
    assert row["test"] == ""
    assert row["p_value"] is row["difference_low"] is row["control_value"] is None
    assert row["variant_value"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("metric", METRICS)
def test_where_nothing_varies_r093(demo_warehouse, metric):
    """R093: equal values of all units are no error, and no difference."""
    row = compared(demo_warehouse, metric, sample([1.0] * 40), sample([1.0] * 40))
    assert row["p_value"] == 1
    assert row["difference"] == 0


def test_experiments_whose_truth_is_known_r093():
    """R093: users that differ: 5% of p-values below .05; messages taken for units find chance."""
    without, planted = simulate(400, has_effect=False), simulate(400, has_effect=True)
    # 5% of 400 is 20; chance leads beyond 8 and 34 once in a thousand.
    for metric in METRICS:
        assert 0.02 <= without[metric].below <= 0.085
        assert 0.915 <= planted[metric].covered <= 0.98
    assert without["per_message"].below > 0.15
