"""The blocks of the page: what each shows is what a query on its mart answers."""

import pytest

from serving.page_warehouse import MAY, block, cells_of, usd

WIDE = 160


def signed(value):
    return ("+" if float(value) > 0 else "") + usd(value)


def table(tab, heading):
    """Return the cells of the table under a heading, each as one line of text."""
    panel = tab.locator("figure.panel, div.panel", has=tab.get_by_role("heading", name=heading))
    return cells_of(panel.first.locator("table").first)


def test_cards(tab, ask):
    """R054: document C's six cards."""
    ((runs, calls, tokens, cost, per_run, duration, passed, judged),) = ask(
        "select run_count, call_count, total_tokens, toFloat64(cost_usd), avg_cost_per_run_usd, "
        "avg_duration_ms, qa_passed_count, qa_judged_count from mart_period_metrics "
        "where scope_id = 'total' and period_kind = 'last_30d'"
    )
    cards = {
        card.locator("dt").inner_text(): card.locator("dd:not(.why)").all_inner_texts()
        for card in tab.locator(".cards > div").all()
    }
    assert cards["Runs"] == [f"{int(runs):,}", f"{int(calls):,} calls", "▼ 30% less, within chance"]
    assert cards["Tokens"][0] == f"{int(tokens):,}"
    assert cards["Cost"] == [usd(cost), f"${per_run:.4f} a run", "▲ 20% more, beyond chance"]
    assert cards["Average duration"][0] == f"{duration / 1000:.1f} s"
    assert cards["Average duration"][-1] == "as before"
    assert cards["QA pass rate"][0] == f"{100 * int(passed) / int(judged):.1f}%"
    assert cards["QA pass rate"][-1] == "nothing to compare with"
    ((jobs, completed, failed),) = ask(
        "select count(), countIf(status = 'completed'), countIf(status = 'failed') from fct_jobs "
        f"where queued_date {MAY}"
    )
    assert cards["Jobs"][:2] == [str(jobs), f"{completed} completed, {failed} failed"]
    mood = tab.locator(".cards > div", has=tab.get_by_text("Cost", exact=True)).locator(".bad")
    assert mood.count() == 1, "more of it is bad"


def test_budgets(tab, ask):
    rows = ask(
        "select scope_key, toFloat64(spent_usd), toFloat64(amount_usd), progress_pct, explanation "
        "from mart_budgets where is_current order by progress_share desc, budget_id"
    )
    shown = cells_of(block(tab, "Budgets").locator("table"))
    assert len(shown) == len(rows) == 4
    for cells, (name, spent, amount, percent, words) in zip(shown, rows, strict=True):
        assert cells[0].startswith(name[:WIDE])
        of = "no amount" if amount is None else f"of {usd(amount)} ({percent:.0f}%)"
        assert cells[1] == f"{usd(spent)} {of}"
        assert cells[3].startswith(words[:WIDE])


def test_a_budget_is_drawn_to_scale(tab):
    bars = block(tab, "Budgets").locator("svg.budget").all()
    full = float(bars[0].locator(".full").get_attribute("x1"))
    assert float(bars[0].locator(".colour-red").get_attribute("width")) / full == pytest.approx(
        0.8, abs=0.01
    )
    assert [bar.locator(".diamond").count() for bar in bars] == [0, 1, 1, 0], "as far as known"


def test_what_changed(tab, ask):
    scope = "scope_id = 'total' and period_kind = 'last_30d'"
    ((before, now, runs, price, new),) = ask(
        "select toFloat64(sum(previous_cost_usd)), toFloat64(sum(current_cost_usd)), "
        "toFloat64(sum(runs_effect_usd)), toFloat64(sum(price_effect_usd)), "
        f"toFloat64(sum(new_usd)) from mart_cost_changes where {scope}"
    )
    rows = ask(
        f"select workflow_id, model, toFloat64(change_usd) as usd from mart_cost_changes where "
        f"{scope} and usd != 0 order by abs(usd) desc, workflow_id, model"
    )
    shown = table(tab, "By workflow and model")
    assert [row[2] for row in shown[1:9]] == [signed(usd) for _, _, usd in rows[:8]]
    assert [row[0].split()[-1] for row in shown[1:9]] == [model for _, model, _ in rows[:8]]
    assert shown[9] == [f"{len(rows) - 8} others", "", signed(sum(row[2] for row in rows[8:]))]
    assert [shown[0][2], shown[-1][2]] == [usd(before), usd(now)]
    causes = {row[0]: row[2] for row in table(tab, "By cause")[1:-1]}
    assert runs == 0
    assert causes == {"price of a token": signed(price), "new work": signed(new)}
    assert f"{usd(before)} became {usd(now)} ({signed(now - before)})" in tab.content()


def test_reliability(tab, ask):
    ((failed, ended, errors, calls, cost),) = ask(
        "select failed_run_count, finished_run_count, error_call_count, call_count, "
        "toFloat64(failed_run_cost_usd) from mart_period_metrics "
        "where scope_id = 'total' and period_kind = 'last_30d'"
    )
    text = block(tab, "Reliability").inner_text()
    assert f"{int(failed):,} of {int(ended):,} ended runs failed" in text
    assert f"{int(errors):,} of {int(calls):,} calls had an error" in text
    assert f"Failed runs cost {usd(cost)}" in text
    failures = ask(
        "select error_type, sum(failed_run_count) as runs, sum(previous_failed_run_count), "
        "toFloat64(sum(cost_usd)) from mart_failures where period_kind = 'last_30d' "
        "group by error_class, error_type order by runs desc, error_class, error_type limit 6"
    )
    shown = table(tab, "Why runs failed")
    assert [[row[1], row[3], row[4]] for row in shown] == [
        [str(runs), "unknown" if before is None else str(before), usd(cost)]
        for _, runs, before, cost in failures
    ]
    # What failed before in some of the places is not new.
    marked = [row[0].endswith("new timeout") for row in shown]
    assert marked == [before == 0 for _, _, before, _ in failures]
    assert set(marked) == {True, False}
    outages = ask(
        "select failed_run_count, is_open from mart_outages where toDate(failed_at) <= "
        "'2026-05-28' and (is_open or toDate(recovered_at) >= '2026-04-29') "
        "order by is_open desc, duration_ms desc, outage_id"
    )
    shown = table(tab, "Outages")
    assert [[row[4], row[3] == "still open"] for row in shown] == [
        [str(runs), is_open] for runs, is_open in outages[:6]
    ]
    assert f"{len(outages)} in the period, 1 of them still open" in text
    providers = ask(
        "select scope_key, call_count, error_call_count, toFloat64(cost_usd) from "
        "mart_period_metrics where scope_kind = 'provider' and period_kind = 'last_30d' "
        "order by call_count desc"
    )
    shown = table(tab, "Providers")
    assert [[row[1], row[2].split()[0], row[5]] for row in shown] == [
        [f"{int(calls):,}", str(errors), usd(cost)] for _, calls, errors, cost in providers
    ]
    assert block(tab, "Reliability").locator("li").count() == 3, "advice of is_worse"
    tools = ask(
        "select count(), countIf(is_error) as errors from fct_tool_calls "
        f"where called_date {MAY} group by tool_name order by errors desc limit 5"
    )
    assert [[row[1], row[2].split()[0]] for row in table(tab, "Tools")] == [
        [str(calls), str(errors)] for calls, errors in tools
    ]
    slowest = ask(
        "select scope_key, run_count from mart_period_metrics where scope_kind = 'workflow' "
        "and period_kind = 'last_30d' order by p95_duration_ms desc"
    )
    assert [row[1] for row in table(tab, "Slowest workflows")] == [
        f"{int(runs):,}" for _, runs in slowest
    ]


def test_quality(tab, ask):
    ((passed, warned, failed, five, one, ratings, mean, successes, verdicts),) = ask(
        "select qa_passed_count, qa_warning_count, qa_failed_count, rating_5_count, "
        "rating_1_count, rating_count, avg_rating, success_count, success_evaluation_count "
        "from mart_period_metrics where scope_id = 'total' and period_kind = 'last_30d'"
    )
    shown = {row[0].split()[1]: row[1] for row in table(tab, "QA verdicts")}
    assert [shown[name] for name in ("passed", "warning", "failed")] == [
        str(passed),
        str(warned),
        str(failed),
    ]
    stars = {row[0]: row[1] for row in table(tab, "Ratings")}
    assert stars == {"5": str(five), "4": "0", "3": "0", "2": "0", "1": str(one)}
    text = block(tab, "Quality").inner_text()
    assert f"{ratings} ratings, mean {mean:.2f}" in text
    assert f"{successes} of {verdicts} verdicts are successes" in text
    tags = ask(
        "select failure_tag, count() as tagged from fct_failure_tags where is_failure and "
        f"evaluated_date {MAY} group by failure_tag order by tagged desc, failure_tag limit 8"
    )
    assert [row[1] for row in table(tab, "Failure tags")] == [str(tagged) for _, tagged in tags]
    outlook = ask(
        "select outlook_score, recent_avg_score from mart_quality_outlook "
        "order by recent_avg_score - all_time_avg_score, workflow_id limit 5"
    )
    assert [[row[1].split()[0], row[2]] for row in table(tab, "Where quality is going")] == [
        [f"{score:.2f}", f"{recent:.2f}"] for score, recent in outlook
    ]


def test_savings(tab, ask):
    rows = ask(
        "select run_count, toFloat64(potential_savings_usd), toFloat64(net_savings_usd) "
        "from mart_opportunities order by net_savings_usd desc, opportunity_id"
    )
    section = block(tab, "Savings")
    shown = cells_of(section.locator("table"))
    assert [[row[1].split(", ")[-1], row[3], row[4]] for row in shown] == [
        [f"{runs} runs", usd(alone), usd(net)] for runs, alone, net in rows[:10]
    ]
    total = usd(sum(net for _, _, net in rows))
    assert f"{total} could be saved, by {len(rows)} opportunities" in section.inner_text()


def test_experiments(tab, ask):
    section = block(tab, "Experiments")
    rows = ask("select metric, verdict from mart_comparisons")
    words = [row[2] for row in cells_of(section.locator("table"))]
    assert sorted(word.split(" ", 1)[1].replace(" ", "_") for word in words) == sorted(
        verdict for _, verdict in rows
    )
    better = section.locator("tr", has_text="✓ better").all()
    assert better
    for row in better:
        if row.locator("circle").count():
            middle = float(row.locator("line.full").get_attribute("x1"))
            is_cost = "Cost" in row.inner_text()
            dot = float(row.locator("circle").get_attribute("cx"))
            assert (dot < middle) == is_cost, "better is to the right: more success, less cost"
