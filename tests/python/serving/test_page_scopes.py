"""The page of a run, and what the blocks show of what was chosen."""

from serving.page_warehouse import MAY, block, cells_of, usd


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
