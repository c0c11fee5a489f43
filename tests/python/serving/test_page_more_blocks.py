"""Blocks of open runs, models, users, and what happened: each shows what its marts answer."""

from serving.page_warehouse import MAY, block, cells_of, usd


def panel(tab, title, heading):
    """Return a panel of a block, by its heading."""
    found = block(tab, title).locator(".panel")
    return found.filter(has=tab.get_by_role("heading", name=heading, exact=True))


def test_open_runs_and_what_they_will_cost(tab, ask):
    """Those above what was predicted first, then the most expensive; the sentence is of all."""
    rows = ask(
        "select run_id, toFloat64(cost_so_far_usd), expected_cost_usd from mart_running_runs "
        "order by is_cost_above_prediction desc, cost_so_far_usd desc, run_id limit 10"
    )
    shown = cells_of(block(tab, "Running now").locator("table"))
    assert len(shown) == len(rows) == 10
    for cells, (run_id, cost, expected) in zip(shown, rows, strict=True):
        assert cells[0].endswith(run_id)
        assert cells[3].removeprefix("▲ ") == usd(cost)
        assert cells[4].startswith(usd(expected))
    assert [cells[3].startswith("▲") for cells in shown].count(True) == 1
    ((count, spent),) = ask(
        "select count(), toFloat64(sum(cost_so_far_usd)) from mart_running_runs"
    )
    sentence = block(tab, "Running now").locator(".lead").inner_text()
    assert sentence == f"{count} runs so far cost {usd(spent)}; 1 more than was predicted."


def test_another_model_would_do_better(tab, ask):
    """R034: advice with its interval; an unknown change of cost is unknown."""
    shown = cells_of(panel(tab, "Models and prompts", "Another model would do better"))
    assert [cells[3:] for cells in shown] == [
        ["55 to 80%", "-58%", "50"],
        ["55 to 80%", "unknown", "50"],
        ["55 to 80%", "+41%", "50"],
    ]


def test_models_by_cost_and_quality(tab, ask):
    """R033: placed to scale; what another model beats in both is hollow and says by which."""
    rows = ask(
        "select avg_cost_usd, avg_quality, is_pareto from mart_model_pareto "
        "where avg_cost_usd is not null and avg_quality is not null order by avg_cost_usd"
    )
    figure = block(tab, "Models and prompts").locator("figure").first
    shown = cells_of(figure)
    assert [(cells[1], cells[2]) for cells in shown] == [
        (usd(cost), f"{quality:.2f}") for cost, quality, _ in rows
    ]
    assert "beaten by model-1" in shown[2][0]
    places = [
        (float(dot.get_attribute("cx")), float(dot.get_attribute("cy")))
        for dot in figure.locator("circle").all()
    ]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert min(places, key=lambda place: place[1]) == places[1], "the best is at the top"
    assert figure.locator(".hollow").count() == 1


def test_phrases_that_differ_in_prompts_not_in_words(tab):
    """R036: phrases of the same prompts are one row; what is not beyond chance is left out."""
    found = panel(tab, "Models and prompts", "Phrases of winning prompts")
    shown = cells_of(found)
    assert [cells[1:3] for cells in shown] == [["30", "5"], ["30", "5"], ["7", "5"]] or [
        cells[1:3] for cells in shown
    ] == [["30", "5"], ["7", "5"]]
    assert shown[0][3] == "+50% +30% to +70%"
    assert shown[-1][3] == "-25% -40% to -10%"


def test_who_comes_back(tab, ask):
    """R099: a row per week of joining, the newest first; weeks to come are empty."""
    shown = cells_of(panel(tab, "Users", "Who comes back"))
    assert [cells[0] for cells in shown] == ["2026-05-18", "2026-05-11", "2026-05-04"]
    assert shown[0][2:5] == ["100.0%", "60.0% not over", ""]
    assert shown[2][2:5] == ["100.0%", "60.0%", "20.0%"]
    ((users, conversations, cost),) = ask(
        "select max(user_count), sum(conversation_count), toFloat64(sum(cost_usd)) "
        "from mart_cohorts where cohort_kind != 'first_week' group by cohort_name "
        "order by cohort_name limit 1"
    )
    groups = cells_of(panel(tab, "Users", "Groups of users"))
    assert [str(users), str(conversations), usd(cost)] in [cells[1:] for cells in groups]


def test_how_users_speak(tab, ask):
    ((messages, mean, negative),) = ask(
        "select count(sentiment_score), avg(sentiment_score), "
        "countIf(sentiment_label = 'negative') from fct_message_sentiments "
        f"where sent_date {MAY}"
    )
    caption = block(tab, "Users").locator("figcaption").inner_text()
    share = 100 * int(negative) / int(messages)
    assert caption.startswith(f"{negative} of {messages} messages are negative ({share:.1f}%); ")
    assert f"{mean:.2f}" in caption


def test_what_happened_hides_no_kind_behind_another(tab):
    shown = cells_of(block(tab, "What happened").locator("table"))
    assert len(shown) == 3
    assert [cells[1].split(",")[0] for cells in shown].count("alert") == 2
    assert all("one of 4" in cells[2] for cells in shown if cells[1].startswith("alert"))
    link = block(tab, "What happened").locator("tbody a")
    assert link.get_attribute("href") == "/runs/run%2F1%20%3F%26%23"
    assert block(tab, "What happened").locator(".lead").inner_text().startswith("Alerts: ")


def test_runs_are_found_by_a_part_of_their_id(browser, page_server, ask):
    """The table shows those runs alone; the other figures are of all."""
    ((count,),) = ask(
        f"select count() from run_analytics where run_id ilike '%run/8%' and toDate(ended_at) {MAY}"
    )
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{page_server.url}/?days=30")
    before = page.locator(".cards").inner_text()
    page.get_by_label("Runs with").fill("RUN/8")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**text=RUN*")
    assert page.locator(".cards").inner_text() == before
    assert f"{count} ended" in block(page, "Runs").inner_text()
    page.get_by_label("Runs with").fill("nothing has this")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**text=nothing*")
    assert "No run" in block(page, "Runs").inner_text()
    context.close()


def test_a_team_is_a_filter(page_server):
    """Open runs of another team are not shown; cohorts are of everybody, so they are not either."""
    html = {"Accept": "text/html"}
    text = page_server.http.get("/", params={"team": "team_b"}, headers=html).text
    assert "open/1" not in text
    assert "Who comes back" not in text
    text = page_server.http.get("/", params={"team": "team_a"}, headers=html).text
    assert "open/11" in text
