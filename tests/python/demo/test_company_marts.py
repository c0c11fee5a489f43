"""What the truth table says of the company's logs, the marts find: exactly where it is counted."""

import csv
import math
import shutil
from decimal import Decimal

import pytest

from orchestration.demo import DEMO_SOURCES, generate
from orchestration.loading import unload
from warehouses import EVERY_SOURCE, Warehouse

# Judgements and forecasts have tests of their own, and take most of a build.
MARTS = (
    "fct_calls",
    "fct_evaluations",
    "fct_jobs",
    "fct_tool_calls",
    "fct_conversations",
    "dim_experiments",
    "mart_comparisons",
    "mart_merged_calls",
    "mart_gateway_reconciliation",
    "mart_uncounted_records",
    "mart_outages",
    "mart_opportunities",
    "mart_budgets",
    "int_budget_crossings",
)

SELECTION = (*EVERY_SOURCE, "--select", *(f"+{mart}" for mart in MARTS))
# Columns that say by which loads rows came.
OF_LOADS = "_(version|line_id)$"
SOURCES = [source for source in DEMO_SOURCES if source != "cascade"]
SPENDING = [source for source in SOURCES if source != "budgets"]
# Chance moves a difference by more than so many standard errors once in 370 demos.
STANDARD_ERRORS = 3


@pytest.fixture(scope="module")
def demo(warehouses):
    return generate(warehouses / "company_logs", sources=SOURCES)


@pytest.fixture(scope="module")
def warehouse(demo, make_warehouse):
    return make_warehouse("company", demo.logs, *SELECTION)


@pytest.fixture(scope="module")
def truth(demo):
    with demo.truth.open(encoding="utf-8", newline="") as file:
        return {row["fact_id"]: row for row in csv.DictReader(file)}


def logged(fact):
    return Decimal(fact["logged_value"])


def savings(truth, kind):
    """Return the savings of a kind by run."""
    facts = [fact for name, fact in truth.items() if name.startswith(f"saving/{kind}/")]
    assert facts
    return {f"{fact['source']}:{fact['subject_id']}": logged(fact) for fact in facts}


def by_run(warehouse, sql):
    return {row["run_id"]: row["usd"] for row in warehouse.rows(sql)}


@pytest.mark.parametrize("source", SPENDING)
def test_totals_of_a_source(warehouse, truth, source):
    """R003: runs, calls, tokens and cost of each source, each call once, to the last decimal."""
    [found] = warehouse.rows(
        "select uniqExact(run_id) as run_count, sum(logged_call_count) as call_count, "
        "sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, "
        f"sum(cost_usd) as cost_usd from marts.fct_calls where source = '{source}'"
    )
    expected = {metric: logged(truth[f"total/{source}/{metric}"]) for metric in found}
    assert found == expected
    [runs] = warehouse.rows(
        f"select count() as runs from intermediate.int_runs where source = '{source}'"
    )
    assert runs["runs"] >= found["run_count"] * 0.9


def test_calls_in_two_logs_count_once(warehouse, truth):
    """K15: the gateway's and the resumed session's, with what they cost."""
    found = warehouse.rows(
        "select source, kept_source, is_copy, count() as calls, sum(cost_usd) as usd "
        "from marts.mart_merged_calls group by source, kept_source, is_copy"
    )
    assert len(found) == 3
    for row in found:
        name = "resumed_session" if row["is_copy"] else row["kept_source"]
        fact = f"duplicate/{row['source']}/{name}"
        assert row["calls"] == logged(truth[f"{fact}/call_count"])
        assert row["usd"] == logged(truth[f"{fact}/cost_usd"])


def test_the_gateways_bill_and_owner_go_with_the_call(warehouse):
    [row] = warehouse.rows(
        "select countIf(team_id = 'team_support') as owned, count() as calls, "
        "countIf(cost_source = 'reported' and cost_reported_by = 'litellm') as billed "
        "from marts.fct_calls where source = 'chat' and not is_error"
    )
    assert 0 < row["calls"] - row["owned"] < 30
    assert row["owned"] == row["billed"]


def test_requests_that_the_gateway_did_not_log(warehouse, truth):
    [row] = warehouse.rows(
        "select sum(gateway_request_count) - sum(logged_request_count) as requests, "
        "sum(cost_difference_usd) as usd, groupUniqArrayIf(date, cost_difference_usd != 0) as days "
        "from marts.mart_gateway_reconciliation"
    )
    fact = truth["discrepancy/unlogged_requests/request_count"]
    assert row["requests"] == logged(fact)
    assert row["usd"] == logged(truth["discrepancy/unlogged_requests/cost_usd"])
    assert [str(day) for day in row["days"]] == [fact["starts_at"][:10]]


def test_budgets_hold_are_nearly_spent_and_are_exceeded(warehouse, truth):
    """R049: spent to the last decimal, the colour, and each threshold that was reached."""
    rows = warehouse.rows(
        "select budget_id, colour, spent_usd, amount_usd, crossed_thresholds "
        "from marts.mart_budgets where is_current"
    )
    assert {row["budget_id"]: row["colour"] for row in rows} == {
        "batch-jobs": "green",
        "coding-agents": "yellow",
        "pipelines": "red",
    }
    reached = {
        row["budget_id"]: row["thresholds"]
        for row in warehouse.rows(
            "select budget_id, arraySort(groupArray(threshold_pct)) as thresholds "
            "from intermediate.int_budget_crossings group by budget_id"
        )
    }
    for row in rows:
        fact = f"budget/{row['budget_id']}"
        assert row["spent_usd"] == logged(truth[f"{fact}/spent_usd"])
        assert row["amount_usd"] == logged(truth[f"{fact}/amount_usd"])
        assert reached[row["budget_id"]] == row["crossed_thresholds"]
        count = truth[f"{fact}/crossed_threshold_count"]
        assert len(row["crossed_thresholds"]) == logged(count) > 0
        assert count["expected_signal"] == "budget_threshold"


@pytest.mark.parametrize("name", ["shorter-answers", "warm-greeting"])
def test_variants_of_an_experiment(warehouse, truth, name):
    """R093: conversations, users, answers, verdicts and cost of each variant."""
    sums = warehouse.rows(
        "select experiment.variant as variant, any(conversation_count) as conversation_count, "
        "any(user_count) as user_count, any(total_cost_usd) as cost_usd, "
        "uniqExactIf(evaluation_id, evaluation_kind = 'success') as verdict_count, "
        "uniqExactIf(evaluation_id, evaluation_kind = 'success' and score = 1) as success_count "
        "from marts.dim_experiments as experiment "
        "left join marts.fct_evaluations as evaluation using (experiment_name, variant) "
        f"where experiment_name = '{name}' group by variant"
    )
    assert len(sums) == 2
    for row in sums:
        for metric in set(row) - {"variant"}:
            fact = truth[f"effect/{name}/{row['variant']}/{metric}"]
            assert row[metric] == logged(fact), fact


@pytest.mark.parametrize("name", ["shorter-answers", "warm-greeting"])
def test_effects_of_an_experiment(warehouse, truth, name):
    """R093: the true effect is there, where there is none nothing is: within chance."""
    rows = {
        row["variant"]: row
        for row in warehouse.rows(
            "select variant, avg(score) as share, count() as verdicts from marts.fct_evaluations "
            f"where experiment_name = '{name}' and evaluation_kind = 'success' group by variant"
        )
    }
    control, variant = rows["control"], rows["variant"]
    difference = variant["share"] - control["share"]
    error = math.sqrt(sum(r["share"] * (1 - r["share"]) / r["verdicts"] for r in rows.values()))
    fact = truth[f"effect/{name}/success_share"]
    assert difference == pytest.approx(float(logged(fact)), abs=1e-9)
    assert abs(difference - float(fact["injected_value"])) < STANDARD_ERRORS * error
    is_seen = abs(difference) > 2 * error
    assert is_seen == (fact["expected_signal"] == "difference")
    tokens = warehouse.rows(
        "select avgIf(output_tokens, variant = 'variant') / "
        "avgIf(output_tokens, variant = 'control') as ratio "
        "from (select variant, coalesce(calls.output_tokens, 0) as output_tokens "
        "from marts.fct_calls as calls inner join intermediate.int_runs as runs using (run_id) "
        f"where experiment_name = '{name}')"
    )
    ratio = truth[f"effect/{name}/output_tokens_ratio"]
    assert tokens[0]["ratio"] == pytest.approx(float(logged(ratio)), abs=1e-9)


def test_an_effect_is_found_where_there_is_one_r093(warehouse):
    """R093: of two registered experiments the one with a true effect is better, the other not."""
    found = {
        row["subject"]: row
        for row in warehouse.rows(
            "select * from marts.mart_comparisons "
            "where comparison_kind = 'experiment' and is_primary"
        )
    }
    assert {row["control_variant"] for row in found.values()} == {"control"}
    assert all(row["is_split_ok"] for row in found.values())
    assert found["shorter-answers"]["verdict"] == "better"
    assert found["warm-greeting"]["verdict"] in ("inconclusive", "no_difference")
    decisions = warehouse.rows(
        "select distinct experiment_name, decision from marts.dim_experiments "
        "where status = 'stopped' order by experiment_name"
    )
    assert [row["decision"] for row in decisions] == ["ship the variant", "keep the control"]


def test_outages_and_qa_failures(warehouse, truth):
    """R047, R074: runs that fail in a row, and checks that fail from a day on."""
    for name in ("outage", "open_outage"):
        fact = truth[f"fault/pipelines/{name}"]
        [row] = warehouse.rows(
            "select countIf(status = 'failed') as failed, count() as runs "
            f"from intermediate.int_runs where workflow_id = '{fact['subject_id']}' "
            f"and started_at >= parseDateTime64BestEffort('{fact['starts_at']}', 3, 'UTC') "
            f"and started_at < parseDateTime64BestEffort('{fact['ends_at']}', 3, 'UTC')"
        )
        assert row["failed"] == row["runs"] == logged(fact)
    fact = truth["fault/orchestrator/qa_failures"]
    [row] = warehouse.rows(
        "select countIf(label = 'failed' and is_late) as failed, "
        "failed / countIf(is_late) as late_share, "
        "countIf(label = 'failed' and not is_late) / countIf(not is_late) as usual_share "
        "from (select label, started_at >= "
        f"parseDateTime64BestEffort('{fact['starts_at']}', 3, 'UTC') as is_late "
        "from marts.fct_evaluations as evaluations "
        "inner join intermediate.int_runs as runs on evaluations.run_id = runs.run_id "
        f"where runs.project = '{fact['subject_id']}' and evaluation_kind = 'qa_status')"
    )
    assert row["failed"] == logged(fact) > 3
    assert row["late_share"] > 3 * row["usual_share"]


def test_faults_of_the_chat(warehouse, truth):
    fact = truth["fault/chat/quality_drop"]
    [row] = warehouse.rows(
        "select count() as failures from marts.fct_evaluations "
        "where evaluation_kind = 'success' and has(failure_tags, 'outdated_policy')"
    )
    assert row["failures"] == logged(fact) > 10
    fact = truth["fault/chat/bypassed_gateway"]
    [row] = warehouse.rows(
        "select count() as calls from marts.fct_calls where source = 'chat' and team_id = '' "
        f"and called_date = '{fact['starts_at'][:10]}'"
    )
    assert row["calls"] == logged(fact)
    fact = truth["fault/chat/slow_provider"]
    [row] = warehouse.rows(
        "select medianIf(duration_ms, is_slow) / medianIf(duration_ms, not is_slow) as factor "
        f"from (select duration_ms, called_date = '{fact['starts_at'][:10]}' as is_slow "
        "from marts.fct_calls where source = 'chat' and provider = 'openai')"
    )
    assert 2.3 < row["factor"] < 3.7


@pytest.mark.parametrize(
    "kind", ["failed_runs", "repeated_prompt", "abandoned_run", "empty_sub_agent"]
)
def test_whole_runs_that_were_for_nothing(warehouse, truth, kind):
    expected = savings(truth, kind)
    found = by_run(
        warehouse,
        "select run_id, total_cost_usd as usd from intermediate.int_runs "
        f"where run_id in {tuple(expected)}".replace(",)", ")"),
    )
    assert found == expected


def test_all_failed_pipelines_are_in_the_table(warehouse, truth):
    found = warehouse.rows(
        "select run_id from intermediate.int_runs where source = 'pipelines' and status = 'failed'"
    )
    assert {row["run_id"] for row in found} == set(savings(truth, "failed_runs"))


def test_answers_that_were_cut_off(warehouse, truth):
    found = by_run(
        warehouse,
        "select run_id, sum(cost_usd) as usd from marts.fct_calls "
        "where finish_reason = 'length' group by run_id",
    )
    assert found == savings(truth, "cut_output")


def test_what_a_cache_would_have_saved(warehouse, truth):
    """Repeated input at the price of reading a cache, the rest at that of writing one."""
    expected = savings(truth, "prompt_caching")
    found = by_run(
        warehouse,
        "select run_id, sum(repeated * (3 - 0.3) - (input_tokens - repeated) * (3.75 - 3)) / 1e6 "
        "as usd from (select run_id, input_tokens, coalesce(lagInFrame(input_tokens) over "
        "(partition by run_id order by called_at rows between 1 preceding and current row), 0) "
        "as before, least(input_tokens, before) as repeated "
        "from marts.fct_calls where workflow_id = 'contract-review') group by run_id",
    )
    assert found == pytest.approx({run: float(usd) for run, usd in expected.items()})


def test_waste_of_coding_agents(warehouse, truth):
    """The cache that nobody read, the result that was dragged along, the command that failed."""
    [run] = savings(truth, "unread_cache_write")
    [row] = warehouse.rows(
        "select min((called_at, cache_write_1h_tokens)) as first from marts.fct_calls "
        f"where run_id = '{run}'"
    )
    saving = savings(truth, "unread_cache_write")[run]
    assert saving == Decimal(row["first"][1]) * (6 - 3) / 1_000_000
    [run] = savings(truth, "oversized_tool_result")
    [row] = warehouse.rows(
        f"select max(result_chars) as chars from marts.fct_tool_calls where run_id = '{run}'"
    )
    assert row["chars"] == 120_000
    [run] = savings(truth, "retry_loop")
    [row] = warehouse.rows(
        "select countIf(is_error) as failed from marts.fct_tool_calls "
        f"where run_id = '{run}' and tool_name = 'Bash'"
    )
    assert row["failed"] == 5


# What of a waste an opportunity saves; the rest is needed.
SAVING_SHARES = {"reliability": 0.8, "oversized_tool_results": 0.5}


OPPORTUNITIES = {
    "failed_runs": "reliability",
    "oversized_tool_result": "oversized_tool_results",
    "prompt_caching": "prompt_caching",
    "cut_output": "cut_output",
    "repeated_prompt": "repeated_prompt",
    "retry_loop": "retry_loop",
    "empty_sub_agent": "empty_sub_agent",
    "unread_cache_write": "unread_cache_write",
    "abandoned_run": "abandoned_run",
}


@pytest.fixture(scope="module")
def injected(warehouse, truth):
    """Return what was wasted in the last 30 complete days, by kind, workflow and run."""
    [days] = warehouse.rows(
        "select toString(min(period_start_date)) as first, "
        "toString(max(period_last_date)) as last from marts.mart_opportunities"
    )
    workflows = {
        row["run_id"]: row["workflow_id"]
        for row in warehouse.rows("select run_id, workflow_id from intermediate.int_runs")
    }
    found = {}
    for name, fact in truth.items():
        if fact["kind"] == "saving" and days["first"] <= fact["starts_at"][:10] <= days["last"]:
            run_id = f"{fact['source']}:{fact['subject_id']}"
            found[name.split("/")[1], workflows[run_id], run_id] = float(logged(fact))
    return found


@pytest.mark.parametrize(("kind", "opportunity"), OPPORTUNITIES.items())
def test_opportunities_find_what_was_wasted(warehouse, injected, kind, opportunity):
    """R077: within 15% of what was injected in the last 30 complete days, on the same workflows."""
    expected = {key: usd for key, usd in injected.items() if key[0] == kind}
    assert expected
    workflows = {workflow for _, workflow, _ in expected}
    found = warehouse.rows(
        "select workflow_id, toFloat64(potential_savings_usd) as usd, estimate_basis, "
        "evidence_run_ids "
        f"from marts.mart_opportunities where opportunity_type = '{opportunity}'"
    )
    assert all(row["estimate_basis"] in ("logged", "price_book") for row in found)
    rows = [row for row in found if row["workflow_id"] in workflows]
    usd = sum(row["usd"] for row in rows)
    assert usd / SAVING_SHARES.get(opportunity, 1) == pytest.approx(
        sum(expected.values()), rel=0.15
    )
    shown = {run_id for row in rows for run_id in row["evidence_run_ids"]}
    assert shown & {run_id for _, _, run_id in expected}


def test_little_else_is_claimed(warehouse, injected):
    """R077: beyond estimates from prices and what was injected, at most a twentieth of the cost."""
    wasted = {(OPPORTUNITIES[kind], workflow) for kind, workflow, _ in injected}
    claims = warehouse.rows(
        "select toString(opportunity_type) as kind, workflow_id, "
        "toString(estimate_basis) as basis, toFloat64(net_savings_usd) as usd "
        "from marts.mart_opportunities"
    )
    [row] = warehouse.rows(
        "select toFloat64(sum(cost_usd)) as cost from intermediate.int_cost_cells"
    )
    others = [
        claim["usd"]
        for claim in claims
        if claim["basis"] != "price_book" and (claim["kind"], claim["workflow_id"]) not in wasted
    ]
    assert sum(others) <= row["cost"] / 20
    assert sum(claim["usd"] for claim in claims) <= row["cost"]


def test_outages_are_one_each(warehouse, truth):
    """R074: the injected outages, with the runs that failed in each."""
    for name, is_open in (("outage", False), ("open_outage", True)):
        fact = truth[f"fault/pipelines/{name}"]
        [outage] = warehouse.rows(
            "select failed_run_count, is_open from marts.mart_outages "
            f"where workflow_id = '{fact['subject_id']}' and toDate(failed_at) = "
            f"'{fact['starts_at'][:10]}'"
        )
        assert outage == {"failed_run_count": int(logged(fact)), "is_open": is_open}


def test_states_of_jobs(warehouse, truth):
    """R045."""
    found = warehouse.rows("select status, count() as jobs from marts.fct_jobs group by status")
    expected = {
        fact["subject_id"]: logged(fact)
        for fact in truth.values()
        if fact["subject_type"] == "job_status"
    }
    assert {row["status"]: row["jobs"] for row in found} == expected


def test_nothing_is_loaded_and_counted_nowhere(warehouse):
    """A rating, a judgment, a registered model and a job are counted, though they hold no call."""
    assert not warehouse.rows("select * from marts.mart_uncounted_records")


def test_increments_of_all_sources_leave_what_was_there(warehouse, demo, tmp_path):
    """Files go and come back. A trace stays whose request a gateway logged, under the same key."""
    folder = tmp_path / "copy"
    shutil.copytree(warehouse.home, folder / "home")
    copy = Warehouse(folder / "home", demo.logs)
    before = copy.contents("intermediate", "marts", without=OF_LOADS)
    files = sorted(path for path in demo.logs.rglob("*.gz") if path.parent.name != "otel")
    with copy.selected():
        unload([*files[::2], demo.logs / "litellm"])
    copy.build(*SELECTION)
    assert len(copy.contents("marts")["marts.fct_calls"]) < len(before["marts.fct_calls"])
    copy.load()
    copy.build(*SELECTION)
    after = copy.contents("intermediate", "marts", without=OF_LOADS)
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert after[table] == rows, table
