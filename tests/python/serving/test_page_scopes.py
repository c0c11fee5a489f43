"""The page of a run, and what the blocks show of what was chosen."""

import pytest

from serving.page_warehouse import MAY, block, cards, cells_of, usd


def test_the_tree_of_a_run(page_server, browser):
    page = browser.new_page()
    page.goto(f"{page_server.url}/runs/run%2F20%20%3F%26%23")
    section = block(page, "Where the time went")
    rows = cells_of(section.locator("table"))
    # Children stand behind their parent: 0 (1 (3 4) 2 (6)); 5 has no duration.
    assert [row[2] for row in rows] == ["7.0 s", "6.0 s", "4.0 s", "3.0 s", "5.0 s", "1.0 s"]
    assert [row[3] for row in rows].count("critical") == 2
    assert rows[2][3] == "✕ error critical"
    indents = [
        int(row.locator("td svg").first.get_attribute("width"))
        for row in section.locator("tbody tr").all()
    ]
    assert indents == [0, 12, 24, 24, 12, 24]
    page.goto(f"{page_server.url}/runs/run%2F1%20%3F%26%23")
    assert "no span or call" in block(page, "Where the time went").inner_text().lower()
    page.close()


def test_filters_that_no_mart_sums_up_say_so(browser, page_server):
    page = browser.new_page()
    page.goto(f"{page_server.url}/?days=30&model=model-1&source=generic")
    assert "keep one filter" in block(page, "Reliability").inner_text()
    assert "for the filters project, workflow and model" in block(page, "What changed").inner_text()
    ((cost,),) = page_server.rows(
        f"select toFloat64(sum(cost_usd)) from daily_costs where date {MAY} and model = 'model-1'"
    )
    assert usd(cost) in page.locator(".cards").inner_text()
    page.close()


def test_the_days_are_split_as_chosen(browser, page_server):
    page = browser.new_page()
    page.goto(f"{page_server.url}/?days=30")
    page.get_by_role("link", name="Calls").click()
    page.get_by_role("link", name="workflow", exact=True).click()
    assert "measure=calls" in page.url and "split=workflow" in page.url
    rows = page_server.rows(
        "select sum(call_count) as calls from daily_costs "
        f"where date {MAY} group by workflow_id order by calls desc, workflow_id"
    )
    legend = page.locator(".legend li").all_inner_texts()
    assert len(legend) == len(rows) == 6
    shown = [int(text.rsplit("(", 1)[0].split()[-1].replace(",", "")) for text in legend]
    assert shown == [int(calls) for (calls,) in rows]
    block(page, "Per day").locator("figure summary").click()
    table = cells_of(block(page, "Per day").locator("table").first)
    assert len(table) == 30
    assert [sum(int(cells[1 + place]) for cells in table) for place in range(1, 7)] == shown
    assert all(int(cells[1]) == sum(map(int, cells[2:])) for cells in table)
    page.get_by_label("Source").select_option("generic")
    page.wait_for_url("**/*source=generic*")
    assert "measure=calls" in page.url and "split=workflow" in page.url
    page.close()


@pytest.mark.parametrize(
    ("period", "first", "days"), [("month", "2026-05-01", 28), ("all", "2026-03-01", 89)]
)
def test_the_month_and_all_days(browser, page_server, period, first, days):
    page = browser.new_page()
    page.goto(f"{page_server.url}/?days={period}")
    ((runs, cost),) = page_server.rows(
        "select run_count, toFloat64(cost_usd) from mart_period_metrics "
        f"where scope_id = 'total' and period_kind = '{period}'"
    )
    shown = cards(page)
    assert (shown["Runs"], shown["Cost"]) == (f"{int(runs):,}", usd(cost))
    ((spent,),) = page_server.rows(
        "select toFloat64(sum(cost_usd)) from daily_costs "
        f"where date between '{first}' and '2026-05-28'"
    )
    caption = block(page, "Per day").locator("figcaption").first.inner_text()
    assert caption.startswith(f"{usd(spent)} spent in {days} days")
    page.get_by_role("link", name="Duration").click()
    assert f"days={period}" in page.url, "a link keeps the period"
    page.close()


def test_what_the_figures_rest_on(browser, page_server):
    page = browser.new_page()
    page.goto(page_server.url)
    text = block(page, "Can I trust this?").inner_text()
    assert "Of 9 sums of gateways 3 differ from the logged calls, by $6.00 together." in text
    assert "77% of 100 earlier forecasts of the cost, up to 14 days ahead" in text
    assert "12 logged values could not be believed" in text
    ((calls, unpriced),) = page_server.rows(
        "select sum(call_count), sum(unpriced_call_count) from run_analytics"
    )
    assert f"{int(unpriced):,} of {int(calls):,} calls have no known cost" in text
    page.close()


def test_own_days(browser, page_server):
    """The figures are of those days; what no mart sums up says so; other periods drop the days."""
    page = browser.new_page()
    page.goto(f"{page_server.url}/?days=30")
    page.get_by_label("From").fill("2026-04-03")
    page.get_by_label("To", exact=True).fill("2026-04-12")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**from=2026-04-03&to=2026-04-12**")
    days = "between '2026-04-03' and '2026-04-12'"
    ((cost,),) = page_server.rows(
        f"select toFloat64(sum(cost_usd)) from daily_costs where date {days}"
    )
    ((runs,),) = page_server.rows(
        f"select count() from run_analytics where toDate(ended_at) {days}"
    )
    assert cards(page)["Cost"] == usd(cost)
    assert f"{runs} ended" in block(page, "Runs").inner_text()
    assert page.get_by_role("heading", name="In 10 days").count() == 1
    assert "choose one of these" in block(page, "Quality").inner_text()
    assert page.locator(".choose a[aria-current]").count() == 0
    page.get_by_role("link", name="7 days").click()
    page.wait_for_url(lambda url: "from=" not in url)
    page.close()


@pytest.mark.parametrize(
    "given",
    [
        "from=2026-04-12&to=2026-04-03",
        "from=x&to=2026-04-03",
        "from=2026-04-03",
        "from=0001-01-01&to=9999-12-31",
    ],
)
def test_odd_days_are_answered(page_server, given):
    answer = page_server.http.get(f"/?{given}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
