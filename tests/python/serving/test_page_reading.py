"""How a reader looks closer: earlier days, odd days, sorted tables, folded blocks, meanings."""

import pytest

from serving.page_warehouse import HOSTILE, MAY, block, cells_of, usd


@pytest.fixture
def page(browser, page_server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto(f"{page_server.url}/?days=30")
    yield opened
    context.close()


def test_an_earlier_period_is_drawn_over_the_days(page, ask):
    page.get_by_label("Compare with days since").fill("2026-03-10")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**earlier=2026-03-10**")
    rows = ask(
        "select date, toFloat64(sum(cost_usd)) from daily_costs "
        "where date between '2026-03-10' and toDate('2026-03-10') + 29 group by date order by date"
    )
    days = block(page, "Per day")
    said = days.locator("figcaption").first.inner_text()
    total = sum(float(amount) for _, amount in rows)
    assert said.endswith(f"The thin line is the 30 days from Tue 10 Mar: {usd(total)}.")
    points = days.locator(".earlier").get_attribute("points").split()
    assert len(points) == 30
    # The line is as high as the bar of a day with the same amount.
    heights = {
        float(amount): float(point.split(",")[1])
        for (_, amount), point in zip(rows, points, strict=True)
    }
    most = max(heights)
    assert heights[most] == min(heights.values())
    page.get_by_role("link", name="Reset").click()
    assert "earlier" not in page.url and page.locator(".earlier").count() == 0


def test_odd_days_are_marked_with_their_reason(page):
    days = block(page, "Per day")
    assert days.locator("svg.chart .mark").count() == 4, "two episodes of two days"
    listed = days.locator(".odd li").all_inner_texts()
    assert [text[:1] for text in listed] == ["▲", "▼"]
    assert listed[0].startswith("▲ Sun 10 May to Mon 11 May: ") and HOSTILE[0] in listed[0]
    page.get_by_role("link", name="Tokens").click()
    assert page.locator(".mark").count() == 0, "those of another figure"


def test_tables_are_sorted_by_the_column_that_is_pressed(page, ask):
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Models", exact=True))
    rows = ask(
        "select model, sum(call_count) as calls, toFloat64(sum(cost_usd)) from daily_costs "
        f"where date {MAY} group by model order by model"
    )
    assert len(rows) == 3
    panel.get_by_role("button", name="Model").click()
    assert [cells[0] for cells in cells_of(panel)] == [name for name, _, _ in rows]
    panel.get_by_role("button", name="Model").click()
    assert [cells[0] for cells in cells_of(panel)] == [name for name, _, _ in reversed(rows)]
    panel.get_by_role("button", name="Cost").click()
    costs = sorted((float(cost) for _, _, cost in rows), reverse=True)
    assert [cells[2] for cells in cells_of(panel)] == [usd(cost) for cost in costs]
    assert panel.locator("th[aria-sort=descending]").inner_text().strip() == "Cost"
    panel.get_by_role("button", name="Cost").click()
    assert [cells[2] for cells in cells_of(panel)] == [usd(cost) for cost in reversed(costs)]


def test_each_spender_has_a_line_of_its_days_and_its_verdicts(page, ask):
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Models", exact=True))
    lines = panel.locator(".spark polyline")
    assert lines.count() == 3
    assert {len(line.get_attribute("points").split()) for line in lines.all()} == {30}
    ((passed, judged),) = ask(
        "select qa_passed_count, qa_judged_count from mart_period_metrics "
        "where scope_id = 'model:model-1' and period_kind = 'last_30d'"
    )
    (row,) = (cells for cells in cells_of(panel) if cells[0] == "model-1")
    assert row[5] == f"{100 * int(passed) / int(judged):.1f}% of {int(judged)}"


def test_a_folded_block_stays_folded(page):
    reliability = block(page, "Reliability")
    assert reliability.get_by_role("heading", name="Providers").is_visible()
    reliability.get_by_role("button", name="Hide Reliability").click()
    page.reload()
    assert not reliability.get_by_role("heading", name="Providers").is_visible()
    assert block(page, "Quality").locator("table").first.is_visible()
    reliability.get_by_role("button", name="Show Reliability").click()
    page.reload()
    assert reliability.get_by_role("heading", name="Providers").is_visible()


def test_a_figure_says_what_it_means(page):
    card = page.locator(".cards > div", has_text="Cost")
    assert not card.get_by_text("US dollars, exact.").is_visible()
    card.get_by_text("?").click()
    assert card.get_by_text("US dollars, exact.").is_visible()


@pytest.mark.parametrize("earlier", ["x", "0001-01-01", "9999-12-31", "2026-05-28"])
def test_odd_earlier_days_are_answered(page_server, earlier):
    answer = page_server.http.get(f"/?earlier={earlier}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "What needs you" in answer.text
