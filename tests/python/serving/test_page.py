"""The page and the report in a browser: figures, links, names, widths, themes, requests."""

import re
import subprocess
import sys

import pytest

from serving.clients import axe_script
from serving.page_warehouse import HOSTILE, cards
from serving.served import environment

WIDTHS = (360, 768, 1280)


@pytest.fixture(scope="module")
def server(page_server):
    return page_server


@pytest.fixture(scope="module")
def home(page_home):
    return page_home


@pytest.fixture
def tab(browser, server):
    """Give a page, and fail if it asks anything of another origin or logs an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    foreign, errors = [], []
    page.on("request", lambda request: _collect(foreign, request.url, server.url))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else 0
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert foreign == []
    assert errors == []


def _collect(foreign, url, ours):
    if not url.startswith((ours, "data:", "file:")):
        foreign.append(url)


@pytest.mark.parametrize(("days", "where"), [(30, ""), (7, "model-1"), (90, "")])
def test_figures_equal_queries_on_the_marts(tab, server, days, where):
    tab.goto(f"{server.url}/?days={days}" + (f"&model={where}" if where else ""))
    shown = cards(tab)
    period = f"between toDate('2026-05-28') - {days - 1} and '2026-05-28'"
    scope = f"model:{where}" if where else "total"
    ((cost, tokens, calls, runs),) = server.rows(
        "select toFloat64(cost_usd), total_tokens, call_count, run_count from mart_period_metrics "
        f"where scope_id = '{scope}' and period_kind = 'last_{days}d'"
    )
    by_model = f"and primary_model = '{where}'" if where else ""
    ((ended, odd),) = server.rows(
        "select count(), countIf(is_calibrated_anomaly) "
        f"from run_analytics where toDate(ended_at) {period} {by_model}"
    )
    assert shown["Cost"] == f"${cost:,.2f}"
    assert shown["Tokens"] == f"{int(tokens):,}"
    assert shown["Runs"] == f"{int(runs):,}"
    assert f"{int(calls):,} calls" in tab.locator(".cards").inner_text()
    heading = f"{int(ended):,} ended in the period, {int(odd):,} of them anomalous"
    assert heading in tab.locator("main").inner_text()
    tab.locator("figure summary").first.click()
    rows = server.rows(
        "select formatDateTime(date, '%a %d %b'), toFloat64(sum(cost_usd)) from daily_costs "
        f"where date {period} " + (f"and model = '{where}' " if where else "") + "group by date"
    )
    expected = {name: f"${value:,.2f}" for name, value in rows}
    lines = tab.locator("figure:has(.bar) tbody tr").all_inner_texts()
    table = [row.split("\t")[:2] for row in lines]
    assert len(table) == days
    assert {name: value for name, value in table if value != "$0.00"} == {
        name: value for name, value in expected.items() if value != "$0.00"
    }


def test_tables_equal_queries_on_the_marts(tab, server):
    tab.goto(server.url)
    rows = server.rows(
        "select model, sum(call_count), toFloat64(sum(cost_usd)) as usd from daily_costs "
        "where date between '2026-04-29' and '2026-05-28' group by model order by usd desc, model"
    )
    panel = tab.locator(".panel", has=tab.get_by_role("heading", name="Models"))
    shown = [re.split(r"\s*\t\s*", row)[:3] for row in panel.locator("tbody tr").all_inner_texts()]
    assert shown == [[name, f"{int(calls):,}", f"${usd:,.2f}"] for name, calls, usd in rows]
    assert "$123.50, 80% sure between $100.00 and $150.00" in tab.locator("main").inner_text()
    assert "3 lines of logs could not be read" in tab.locator("main").inner_text()
    alerts = tab.locator(".items li").all_inner_texts()
    assert len(alerts) == 5
    assert "8 alerts are open" in tab.locator("main").inner_text()


def test_filters_stay_in_the_url(tab, server):
    tab.goto(server.url)
    tab.get_by_label("Model").select_option("model-2")
    tab.wait_for_url("**/*model=model-2*")
    tab.get_by_role("link", name="90 days").click()
    tab.wait_for_url("**/*days=90*")
    assert "model=model-2" in tab.url
    tab.get_by_role("link", name="Duration").click()
    assert "order=duration" in tab.url and "model=model-2" in tab.url
    tab.get_by_role("link", name="Next").click()
    assert "offset=25" in tab.url and "order=duration" in tab.url
    tab.get_by_role("link", name="Reset").click()
    assert "model=" not in tab.url


def test_hostile_names_are_text(tab, server):
    tab.goto(f"{server.url}/?days=90")
    text = tab.content()
    assert tab.title() == "tokenhouse"
    assert tab.locator("main img").count() == 0
    shown = tab.locator("main").inner_text()
    for name in HOSTILE[:4]:
        assert name in shown
    assert "<script>document" not in text
    tab.locator("table a", has_text=HOSTILE[0]).first.click()
    assert tab.url.startswith(f"{server.url}/runs/run%2F")
    assert tab.locator("h1").inner_text() == HOSTILE[0]
    assert tab.locator("h1 img").count() == 0


def test_odd_urls_are_answered(server):
    for query in (
        "days=x",
        "days=-1",
        "offset=-5",
        "offset=99999999999",
        "order=;drop",
        "model=%00",
    ):
        answer = server.http.get(f"/?{query}", headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "What needs you" in answer.text
    html = {"Accept": "text/html"}
    injected = server.http.get("/", params={"model": "' or 1=1 --"}, headers=html)
    assert "Nothing was spent in this period" in injected.text
    assert server.http.get("/runs/nothing", headers=html).status_code == 404
    assert server.http.get("/static/..%2Frender.py").text == "Ok.\n", "no file, and no query"
    assert server.http.get("/static/nothing.css").status_code == 404
    policy = server.http.get("/", headers=html).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_every_width_and_is_accessible(browser, server, width, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    for path in ("/", "/runs/run%2F20%20%3F%26%23"):
        page.goto(server.url + path)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0, path
        page.add_script_tag(path=str(axe_script()))
        found = page.evaluate("axe.run().then(result => result.violations)")
        serious = [
            f"{problem['id']}: {problem['nodes'][0]['html'][:200]}"
            for problem in found
            if problem["impact"] in ("serious", "critical")
        ]
        assert serious == [], path
    context.close()


def test_it_is_small(tab, server):
    tab.goto(f"{server.url}/?days=90")
    size = tab.evaluate(
        "performance.getEntries().reduce((sum, e) => sum + (e.encodedBodySize || 0), 0)"
    )
    assert 0 < size < 450_000


def test_a_newer_build_shows_up_and_keeps_the_choice(tab, server, home):
    tab.goto(f"{server.url}/?days=7&model=model-1")
    before = tab.evaluate("document.documentElement.dataset.snapshot")
    subprocess.run(
        [sys.executable, "-c", "from orchestration.warehouse.snapshots import publish; publish()"],
        env=environment(home),
        check=True,
    )
    tab.wait_for_function(
        "before => document.documentElement.dataset.snapshot !== before", arg=before, timeout=30_000
    )
    assert "model=model-1" in tab.url and "days=7" in tab.url


def test_the_theme_can_be_switched_and_is_remembered(tab, server):
    tab.emulate_media(color_scheme="light")
    tab.goto(server.url)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = tab.evaluate(ground)
    tab.get_by_role("button", name="Light or dark").click()
    assert tab.evaluate(ground) != light
    tab.reload()
    assert tab.evaluate(ground) != light
