"""The specifications' worked examples: by the macros, by SciPy, and as statsmodels has them."""

from math import erfc, exp, log, sqrt
from statistics import fmean, variance

import pytest
from scipy.stats import (
    binom,
    false_discovery_control,
    fisher_exact,
    mannwhitneyu,
    t,
    ttest_ind,
    ttest_rel,
)

from comparison_sql import macro, model

# statsmodels 0.15: proportion_confint, confint_proportions_2indep and multipletests.
WILSON = {(42, 150): (0.214330, 0.356657), (7, 10): (0.396778, 0.892209)}
NEWCOMBE = {
    (56, 70, 48, 80): (0.052431, 0.333873),
    (180, 200, 150, 200): (0.076129, 0.222927),
}
ADJUSTED = {(0.001, 0.012, 0.03, 0.04, 0.2): (0.005, 0.03, 0.05, 0.05, 0.2)}
_SAMPLES = """(
    select 'experiment' as comparison_kind, 'x' as comparison_id, 'x' as subject, 'b' as variant,
        'a' as control_variant, 'success_share' as metric, 'share' as metric_kind,
        'user' as unit_kind, true as has_control,
        [1., 0] as variant_sums, [1., 1] as variant_counts,
        [1., 0] as control_sums, [1., 1] as control_counts,
        toDate('2026-01-01') as first_date, toDate('2026-01-31') as last_date
)"""


@pytest.fixture
def value(demo_warehouse):
    """Return a function that gives what a SQL expression is."""

    def evaluated(sql):
        [row] = demo_warehouse.rows(f"select {sql} as value")
        return row["value"]

    return evaluated


def test_pairs_on_the_raw_scale_r062(value):
    """R062: seven days against the seven before: t 7.913139, p .000239 (exactly .000216)."""
    days = [3.0, 2.5, 2.2, 2.8, 3.1, 2.4, 2.12], [1.8, 1.9, 1.7, 1.9, 2.0, 1.7, 1.5]
    differences = [now - before for now, before in zip(*days, strict=True)]
    statistic = value(macro("paired_t_value", str(differences)))
    assert statistic == pytest.approx(7.913139, abs=1e-6)
    assert statistic == pytest.approx(ttest_rel(*days).statistic, abs=1e-6)
    p_value = value(macro("student_p_value", str(statistic), "6"))
    assert p_value == pytest.approx(0.000239, abs=1e-6)
    assert p_value == pytest.approx(ttest_rel(*days).pvalue, abs=1e-3)


def test_a_typical_value_r062(value):
    """R062: logarithms of six runs each: 1.755120 times, from 1.474715 to 2.088841."""
    before = [0.010, 0.012, 0.011, 0.015, 0.013, 0.012]
    now = [0.020, 0.018, 0.025, 0.022, 0.019, 0.024]
    logs = [[log(number) for number in side] for side in (now, before)]
    errors = [variance(side) / len(side) for side in logs]
    df = value(macro("welch_df", str(errors[0]), "6.0", str(errors[1]), "6.0"))
    assert df == pytest.approx(9.965857, abs=1e-6)
    shift, error = fmean(logs[0]) - fmean(logs[1]), sqrt(sum(errors))
    wanted = ttest_ind(*logs, equal_var=False)
    assert shift / error == pytest.approx(7.203838, abs=1e-6)
    assert shift / error == pytest.approx(wanted.statistic, abs=1e-6)
    p_value = value(macro("student_p_value", str(shift / error), str(df)))
    assert p_value == pytest.approx(3.1e-5, abs=1e-6)
    assert p_value == pytest.approx(wanted.pvalue, abs=1e-3)
    half = value(macro("student_quantile", str(df))) * error
    assert [exp(shift), exp(shift - half), exp(shift + half)] == pytest.approx(
        [1.755120, 1.474715, 2.088841], abs=1e-5
    )


@pytest.mark.parametrize(("df", "quantile"), [(5, 2.57031), (10, 2.22813)])
def test_quantiles_r062(value, df, quantile):
    """R062: as the specification's series gives them; exactly 2.57058 and 2.22814."""
    found = value(macro("student_quantile", str(df)))
    assert found == pytest.approx(quantile, abs=1e-5)
    assert found == pytest.approx(t.ppf(0.975, df), abs=3e-4)


def test_failures_that_rose_r062(value):
    """R062: 50 failures of 200 against 20 of 200: 15 points, z 3.9477, p 7.890e-5."""
    pooled = 70 / 400
    statistic = (50 / 200 - 20 / 200) / sqrt(pooled * (1 - pooled) * 2 / 200)
    assert statistic == pytest.approx(3.9477, abs=1e-4)
    p_value = value(
        macro("shares_p_value", "50.0", "200.0", "20.0", "200.0")
        .replace("pooled_share", str(pooled))
        .replace("is_small", "false")
    )
    assert p_value == pytest.approx(7.890e-5, abs=1e-8)
    assert p_value == pytest.approx(erfc(statistic / sqrt(2)))


@pytest.mark.parametrize(("counts", "bounds"), WILSON.items())
def test_an_interval_of_a_share_r073(value, counts, bounds):
    """R073: 42 failed runs of 150 are 28%, between 21.4% and 35.7%."""
    sides = [value(macro("wilson_bound", *map(str, counts), side)) for side in ("lower", "upper")]
    assert sides == pytest.approx(bounds, abs=1e-6)


@pytest.mark.parametrize(("counts", "bounds"), NEWCOMBE.items())
def test_an_interval_of_a_difference_r093(value, counts, bounds):
    """R093: Newcombe's, as statsmodels has it."""
    numbers = [str(float(count)) for count in counts]
    sides = [value(macro("newcombe_bound", *numbers, side)) for side in ("lower", "upper")]
    assert sides == pytest.approx(bounds, abs=1e-6)


@pytest.mark.parametrize(("failed", "chance"), [(7, 0.002386), (8, 0.000416)])
def test_an_odd_day_of_failures_r098(value, failed, chance):
    """R098: of 20 at one in ten: 7 or more are .0024, 8 or more .0004."""
    found = value(macro("binomial_tail", str(failed), "20", "0.1"))
    assert found == pytest.approx(chance, abs=1e-6)
    assert found == pytest.approx(binom.sf(failed - 1, 20, 0.1))


def test_few_trials_on_one_side_r093(value):
    """R093: 9 of 10 against 4 of 10, one-sided: .028638."""
    found = value(macro("fisher_greater", "9", "10", "4", "10"))
    assert found == pytest.approx(0.028638, abs=1e-6)
    assert found == pytest.approx(fisher_exact([[9, 1], [4, 6]], alternative="greater").pvalue)


def test_users_are_not_messages_r093(value):
    """R093: 11 of 15 from five users: the naive error, .114180, is 24% too small."""
    naive = sqrt(11 / 15 * 4 / 15 / 15)
    assert naive == pytest.approx(0.114180, abs=1e-6)
    variance_sql = (
        macro("delta_variance", "v")
        .replace("v_sums", "[3., 2, 0, 5, 1]")
        .replace("v_counts", "[4., 2, 1, 5, 3]")
        .replace("v_share", "(11 / 15)")
        .replace("v_n", "5.0")
    )
    error = sqrt(value(variance_sql))
    assert error == pytest.approx(0.149897, abs=1e-6)
    assert 1 - naive / error == pytest.approx(0.24, abs=0.005)


def test_ranks_of_eight_users_a_side_r093(demo_warehouse):
    """R093: the variant is group 0: U 51.5, p .038013, superiority .804688."""
    variant, control = [5, 4, 5, 3, 4, 5, 5, 4], [3, 4, 2, 3, 4, 3, 5, 2]
    [row] = demo_warehouse.rows(
        "select mannWhitneyUTest('two-sided')(stars, side) as test from (select "
        f"arrayJoin(arrayConcat(arrayMap(x -> (x, 0), {variant}), "
        f"arrayMap(x -> (x, 1), {control}))) as unit, unit.1 as stars, unit.2 as side)"
    )
    statistic, p_value = row["test"].values() if isinstance(row["test"], dict) else row["test"]
    wanted = mannwhitneyu(variant, control, method="asymptotic")
    assert (statistic, p_value) == pytest.approx((51.5, 0.038013), abs=1e-6)
    assert (statistic, p_value) == pytest.approx((wanted.statistic, wanted.pvalue))
    assert statistic / 64 == pytest.approx(0.804688, abs=1e-6)
    assert (fmean(variant), fmean(control)) == (4.375, 3.25)


def test_many_metrics_at_once_r093(demo_warehouse):
    """R093: Benjamini and Hochberg's correction of five p-values, by the model of verdicts."""
    metrics = ("success_share", "error_share", "avg_latency_ms", "avg_rating", "tool_error_share")
    [(raw, adjusted)] = ADJUSTED.items()
    tested = model("int_comparison_tests", {"int_comparison_samples": _SAMPLES})
    pairs = list(zip(metrics, raw, strict=True))
    five = f"""(
        select tested.* except (metric, p_value), pair.1 as metric, toNullable(pair.2) as p_value
        from ({tested}) as tested array join {pairs} as pair
    )"""
    relations = {"int_comparison_tests": five, "metrics": "reference.metrics"} | {
        name: f"intermediate.{name}"
        for name in ("int_experiment_splits", "int_experiment_registry")
    }
    rows = demo_warehouse.rows(model("int_comparison_verdicts", relations))
    found = {row["metric"]: row["adjusted_p_value"] for row in rows}
    assert [found[metric] for metric in metrics] == pytest.approx(adjusted)
    assert list(false_discovery_control(raw)) == pytest.approx(adjusted)
