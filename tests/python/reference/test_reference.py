"""The warehouse against independent workers, written from documents, not from the SQL."""

import re
from collections import Counter, defaultdict

import pytest

from orchestration import settings
from reference import calibrated, regressions
from reference.cascade import read_cascade
from reference.claude_code import read_claude_code
from reference.comparison import differences
from reference.documents import COLUMNS, RENAMED, in_our_words
from reference.layers import differences_in_judgement, differences_in_regressions
from reference.prices import PriceBook
from reference.worker import Worker

HASHES = ("genus_hash", "species_hash", "input_fingerprint")
# Document B leaves the model open: statistics/test_predictions.py computes these a second time.
PREDICTIONS = re.compile(r"(predicted|expected)_(cost|duration)_|.*prediction")


@pytest.fixture(scope="module", params=["demo", "random", "transcripts"])
def judged(request):
    """Return a warehouse, the runs in its logs, and the worker's rows."""
    warehouse = request.getfixturevalue(f"{request.param}_warehouse")
    read = read_claude_code if request.param == "transcripts" else read_cascade
    runs = read(warehouse.logs, PriceBook(settings.project_dir() / "seeds" / "model_prices.csv"))
    return warehouse, runs, Worker(runs).analyse()


@pytest.fixture(scope="module")
def cascades(judged):
    """Return the same, for cascade logs only."""
    if judged[1][0].source != "cascade":
        pytest.skip("Only cascade sessions are in the documents' own table.")
    return judged


def assert_same(problems):
    columns = Counter(problem.split()[1] for problem in problems)
    assert not problems, f"differences in {dict(columns)}:\n" + "\n".join(problems[:40])


def test_every_column_of_every_run(judged):
    """The mart's row of a run equals the worker's, column by column.

    Inputs and logs: R003, R018, R023, R030, R034, R106.
    Baselines: R007, R008, R009, R024, R025, R026.
    Scores: R010, R011, R012, R016, R027, R028. Ratios and times: R013, R014, R029.
    Regressions: R031, R032, R033, R043. Version: R037.
    """
    warehouse, _, rows = judged
    # Nothing checks these runs.
    rows = [row | {"qa_status": ""} for row in rows]
    # The calibrated columns (K13) are compared in the next test.
    companions = [
        row["name"]
        for row in warehouse.rows(
            "select name from system.columns where database = 'scores' "
            "and table = 'score_calibrated_runs' and name != 'run_id'"
        )
    ]
    found = [
        {
            column: value
            for column, value in row.items()
            if column not in companions
            and column != "anomaly_loss_usd"
            and not PREDICTIONS.match(column)
        }
        for row in warehouse.rows("select * from marts.run_analytics")
    ]
    assert_same(differences(rows, found, "run_id", HASHES))


def test_every_calibrated_column(judged):
    """K2, K13: lines, pools, cohorts, scores, flags and reasons of every run, as of its end."""
    warehouse, _, rows = judged
    judgements = calibrated.judge(rows)
    assert_same(differences_in_judgement(judgements, warehouse.rows))
    # The mart publishes scores and flags as they are, without what only one flag rests on.
    bounds = {f"{metric}_high_bound" for metric in ("cost", "duration", "tokens")}
    unpublished = bounds | {"anomaly_loss_share", "is_in_slow_hours"}
    unpublished |= {"error_probability", "output_probability"}
    scores = [
        {column: value for column, value in row.items() if column not in unpublished}
        for row in judgements.scores
    ]
    run_of = {row["run_id"]: row for row in rows}
    for row, score in zip(scores, judgements.scores, strict=True):
        run = run_of[row["run_id"]]
        row["anomaly_loss_usd"] = (
            None
            if run["unpriced_call_count"]
            else float(run["total_cost_usd"]) * score["anomaly_loss_share"]
        )
    found = warehouse.rows(f"select {', '.join(scores[0])} from marts.run_analytics")
    assert_same(differences(scores, found, "run_id"))


def test_every_calibrated_regression(judged):
    """K2, K13: windows, rank tests, significance, episodes and causes, as of each day."""
    assert_same(differences_in_regressions(regressions.RULES, judged[0].rows))


def test_every_call(judged):
    """R003, R086, R106: each call once, with its tokens and its exact cost."""
    warehouse, runs, _ = judged
    expected = [
        {
            "call_id": call.call_id,
            "run_id": run.run_id,
            "model": call.model,
            "called_at": call.called_at,
            "input_tokens": call.total_input,
            "cache_read_tokens": call.tokens.cache_read,
            "cache_write_5m_tokens": call.tokens.cache_write_5m,
            "cache_write_1h_tokens": call.tokens.cache_write_1h,
            "output_tokens": call.tokens.output,
            "cost_usd": call.cost,
            "cost_source": call.cost_source,
            "is_billable": call.is_billable,
        }
        for run in runs
        for call in run.calls
    ]
    found = warehouse.rows(f"select {', '.join(expected[0])} from marts.fct_calls")
    assert_same(differences(expected, found, "call_id"))


def test_every_day_adds_up_to_its_calls(judged):
    """R091: tokens in and out and cost per day, model and provider, counted from the logs."""
    warehouse, runs, _ = judged
    expected = defaultdict(lambda: {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0})
    for call in (call for run in runs for call in run.calls):
        day = expected[call.called_at.date(), call.provider, call.model]
        day["input_tokens"] += call.total_input
        day["output_tokens"] += call.tokens.output
        day["cost_usd"] += call.cost or 0
    found = warehouse.rows(
        "select date, provider, model, sum(uncached_input_tokens + cache_read_tokens "
        "+ cache_write_5m_tokens + cache_write_1h_tokens) as input_tokens, "
        "sum(output_tokens) as output_tokens, sum(cost_usd) as cost_usd "
        "from marts.daily_costs group by date, provider, model"
    )
    key = ("date", "provider", "model")
    assert_same(
        differences(
            [dict(zip(key, day, strict=True), key=day, **sums) for day, sums in expected.items()],
            [row | {"key": tuple(row[column] for column in key)} for row in found],
            "key",
        )
    )


def test_every_regression_is_in_its_mart(judged):
    """R043: the mart of regressions has each episode once."""
    warehouse, _, _ = judged
    columns = "episode_id, species_hash, metric, effect_pct, peak_effect_pct, p_value, q_value"
    episodes = warehouse.rows(
        f"select {columns}, confirmed_date as confirmed_date, ended_date as ended_date "
        "from regressions.regression_episodes"
    )
    found = warehouse.rows(
        f"select {columns}, confirmed_date, ended_date from marts.mart_regression_episodes"
    )
    assert_same(differences(episodes, found, "episode_id"))


def test_the_documents_own_table(cascades):
    """R001, R003, R023, R037: the same numbers stand under the documents' names."""
    warehouse, _, rows = cascades
    ours = [RENAMED.get(column, column) for column in COLUMNS]
    expected = [{column: row[column] for column in ours} for row in rows]
    found = warehouse.rows(f"select {', '.join(COLUMNS)} from marts.cascade_analytics")
    problems = differences(expected, [in_our_words(row) for row in found], "source_run_id", HASHES)
    assert_same(problems)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("documents_regression_severity", {"none", "minor", "major", "critical"}),
        ("is_documents_error_outlier", {False, True}),
        ("documents_cost_z_band", {"normal", "unusual", "outlier", "extreme"}),
        ("documents_duration_badge", {"ok", "unusual", "HIGH", "LOW"}),
        ("input_category", {"tiny", "small", "medium", "large", "huge"}),
        ("input_category_by_score", {"tiny", "small", "medium", "large", "huge"}),
        ("status", {"completed", "error"}),
        ("depth", {0, 1, 2}),
        ("reforge_depth", {0, 1, 2}),
        ("regression_run_count", set(range(21))),
        ("baseline_cohort", {"species", "category", "workflow", "none"}),
        ("calibrated_anomaly_side", {"high", "low", "none"}),
        ("is_calibrated_tokens_anomaly", {False, True}),
        ("is_calibrated_error_anomaly", {False, True}),
    ],
)
def test_the_demo_has_every_case(demo_warehouse, column, values):
    """Without these cases the comparison would prove less."""
    found = demo_warehouse.rows(f"select distinct {column} as seen from marts.run_analytics")
    assert values <= {row["seen"] for row in found}


def test_the_demo_has_regressions(demo_warehouse):
    """The same for regressions: some by chance, some significant once, some confirmed."""
    (found,) = demo_warehouse.rows(
        "select countIf(effect_pct is null) as chance, countIf(is_confirmed) as confirmed, "
        "countIf(is_significant and not is_confirmed) as once from regressions.regression_tests"
    )
    assert min(found.values()) > 0, found
