"""The filters of ratings, successes, training methods, variants, widgets and QA, in a browser."""

import re

import pytest

from serving.page_warehouse import MAY, block, cards, cells_of, usd

ALL_DAYS = "between '2026-03-01' and '2026-05-28'"
STARS = "floor(rating + 0.5)"
# What is chosen, as it reads; and what that means on the calls, and on the runs.
CHOICES = {
    "variant": ("tone: b", "experiment_name = 'tone' and variant = 'b'", None),
    "training method": ("sft", "training_method = 'sft'", None),
    "widget": ("in a widget", "is_widget", None),
    "rating": ("4 or 5 stars", f"{STARS} in (4, 5)", None),
    "success": ("failed", "not is_success", None),
    "QA status": (
        "failed",
        "run_id in (select run_id from run_analytics where qa_status = 'failed')",
        "qa_status = 'failed'",
    ),
}


@pytest.fixture(scope="module")
def page(browser, page_server):
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("label", CHOICES)
def test_figures_equal_queries_with_the_same_filter(page, page_server, ask, label):
    """R103: the filters of document E, on the page."""
    chosen, calls, runs = CHOICES[label]
    runs = runs or f"run_id in (select run_id from fct_calls where {calls})"
    page.goto(f"{page_server.url}/?days=all")
    page.get_by_label(label[:1].upper() + label[1:], exact=True).select_option(chosen)
    page.wait_for_url(re.compile(f"{label.split()[0].lower()}="))
    shown = cards(page)
    ((usd_spent, tokens, call_count),) = ask(
        "select toFloat64(sum(cost_usd)), sum(output_tokens), sum(logged_call_count) "
        f"from fct_calls where called_date {ALL_DAYS} and {calls}"
    )
    ((run_count, ms, late_ms, passed, judged),) = ask(
        "select count(), avg(total_duration_ms), quantileExact(0.95)(total_duration_ms), "
        "countIf(qa_status = 'passed'), countIf(qa_status in ('passed', 'warning', 'failed')) "
        f"from run_analytics where toDate(ended_at) {ALL_DAYS} and {runs}"
    )
    assert 0 < int(run_count) < 890 and int(call_count) > 0
    text = " ".join(page.locator(".cards").inner_text().split())
    assert (shown["Cost"], shown["Tokens"]) == (usd(usd_spent), f"{int(tokens):,}")
    assert shown["Runs"] == f"{int(run_count):,}"
    assert f"{int(call_count):,} calls" in text
    assert shown["Average duration"] == f"{float(ms) / 60_000:.1f} min"
    assert f"took at most {float(late_ms) / 60_000:.1f} min" in text
    assert f"{int(passed):,} of {int(judged):,}" in text or int(judged) == 0
    assert f"{int(run_count):,} ended in the period" in block(page, "Runs").inner_text()
    # The table of models and the chart of days are of the same calls.
    rows = ask(
        "select model, sum(logged_call_count), toFloat64(sum(cost_usd)) as spent from fct_calls "
        f"where called_date {ALL_DAYS} and {calls} group by model order by spent desc, model"
    )
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Models", exact=True))
    assert [cells[:3] for cells in cells_of(panel)] == [
        [model, f"{int(count):,}", usd(spent)] for model, count, spent in rows
    ]
    caption = block(page, "Per day").locator("figcaption").first.inner_text()
    assert caption.startswith(f"{usd(usd_spent)} spent in 89 days")
    assert "keep one filter" in block(page, "Quality").inner_text()


def test_narrow_filters_go_with_others_and_stay_in_the_url(page, page_server, ask):
    page.goto(f"{page_server.url}/?days=90&model=model-1&rating=5&success=yes")
    ((spent, count),) = ask(
        "select toFloat64(sum(cost_usd)), sum(logged_call_count) from fct_calls where "
        f"called_date between toDate('2026-05-28') - 89 and '2026-05-28' and model = 'model-1' "
        f"and {STARS} = 5 and is_success"
    )
    assert cards(page)["Cost"] == usd(spent)
    assert f"{int(count):,} calls" in page.locator(".cards").inner_text()
    page.get_by_role("link", name="Duration").click()
    assert "rating=5" in page.url and "success=yes" in page.url and "order=duration" in page.url
    assert page.get_by_label("Rating").input_value() == "5"
    page.get_by_role("link", name="Reset").click()
    assert "rating" not in page.url and "success" not in page.url


def test_jobs_tags_and_tones_are_of_the_runs_left(page, page_server, ask):
    page.goto(f"{page_server.url}/?days=all&success=no")
    ((tags,),) = ask(
        "select count() from fct_failure_tags where is_failure and run_id in "
        "(select run_id from fct_calls where not is_success)"
    )
    shown = cells_of(page.locator(".panel", has=page.get_by_role("heading", name="Failure tags")))
    assert sum(int(cells[1].replace(",", "")) for cells in shown) == int(tags) > 0


@pytest.mark.parametrize("given", ["rating=6", "rating=x,5", "success=maybe", "widget=1"])
def test_a_value_that_cannot_be_is_not_given(page_server, given):
    html = {"Accept": "text/html"}
    answer = page_server.http.get(f"/?{given}", headers=html)
    assert answer.status_code == 200
    assert "Reset" not in answer.text


def test_an_unknown_variant_is_text_and_leaves_nothing(page_server):
    hostile = "' or 1=1 --<img src=x onerror=alert(1)>"
    answer = page_server.http.get("/", params={"variant": hostile}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "<img" not in answer.text
    assert "Nothing was spent in this period" in answer.text


def test_tables_without_the_column_of_a_filter_say_so(page, page_server, ask):
    page.goto(f"{page_server.url}/?project=third")
    tools = ask(
        "select count(), countIf(is_error) as errors from fct_tool_calls "
        f"where called_date {MAY} and project = 'third' group by tool_name "
        "order by errors desc, count() desc, tool_name limit 5"
    )
    panels = {
        panel.get_by_role("heading").first.inner_text(): panel
        for panel in block(page, "Reliability").locator(".panel").all()
    }
    assert [[row[1], row[2].split()[0]] for row in cells_of(panels["Tools"])] == [
        [str(calls), str(errors)] for calls, errors in tools
    ]
    saying = {name for name, panel in panels.items() if "Not filtered by" in panel.inner_text()}
    assert saying == {"Why runs failed", "Providers", "Slowest workflows"}
    assert "Not filtered by project." in panels["Why runs failed"].inner_text()
    page.goto(page_server.url)
    assert "Not filtered by" not in page.content()
