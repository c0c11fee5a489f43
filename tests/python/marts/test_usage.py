"""Usage of coding agents: windows, and the reports that users of ccusage know."""

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from sources.claude_sessions import Session, usage
from warehouses import FEW_SOURCES

SONNET, HAIKU = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"
KEYS = [
    "inputTokens",
    "outputTokens",
    "cacheCreationTokens",
    "cacheReadTokens",
    "totalTokens",
    "totalCost",
]


@pytest.fixture(scope="module")
def warehouse(warehouses, make_warehouse):
    """Return a warehouse of two sessions: one on Monday with a sub-agent, one on Sunday after."""
    folder = warehouses / "usage_logs"
    first, second = Session(folder, "usage 1"), Session(folder, "usage 2", 6 * 24 * 60)
    first.prompt()
    first.answer("m-us-1", usage(1000, 200, out=50, fresh=3), model=SONNET)
    agent = first.agent_file("a7")
    first.answer("m-us-2", usage(0, 100, out=20, fresh=5), model=HAIKU, file=agent)
    first.wait(60 * 6)
    first.answer("m-us-3", usage(2000, 0, out=10, fresh=1), model=SONNET)
    second.prompt()
    second.answer("m-us-4", usage(500, 0, out=40, fresh=2), model=SONNET)
    second.wait(60)
    second.answer("m-us-5", usage(700, 0, out=40, fresh=2), model=SONNET)
    for session in (first, second):
        session.save()
    marts = ("--select", "+fct_calls", "+mart_usage_windows")
    return make_warehouse("usage", folder, *FEW_SOURCES, *marts)


def run(warehouse, *arguments):
    with warehouse.selected():
        return CliRunner().invoke(main, ["usage", *arguments])


def document(warehouse, *arguments):
    done = run(warehouse, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_days_have_ccusages_keys_in_their_order(warehouse):
    found = document(warehouse, "daily")
    assert list(found) == ["daily", "totals"]
    assert [list(day) for day in found["daily"]] == [
        ["date", *KEYS, "modelsUsed", "modelBreakdowns"]
    ] * 2
    monday, sunday = found["daily"]
    assert (monday["date"], sunday["date"]) == ("2026-08-03", "2026-08-09")
    assert [monday[key] for key in KEYS[:5]] == [9, 80, 300, 3000, 3389]
    # The price list: 3, 15, 3.75 and 0.3 USD per million for Sonnet; 1, 5 and 1.25 for Haiku.
    sonnet = (4 * 3 + 60 * 15 + 200 * 3.75 + 3000 * 0.3) / 1e6
    haiku = (5 * 1 + 20 * 5 + 100 * 1.25) / 1e6
    assert monday["totalCost"] == pytest.approx(sonnet + haiku, abs=1e-12)
    assert monday["modelsUsed"] == [SONNET, HAIKU]
    assert [model["cost"] for model in monday["modelBreakdowns"]] == pytest.approx([sonnet, haiku])
    totals = found["totals"]
    assert totals["totalTokens"] == monday["totalTokens"] + sunday["totalTokens"]


def test_weeks_begin_on_sunday_and_months_hold_all(warehouse):
    weeks = document(warehouse, "weekly")["weekly"]
    assert [week["week"] for week in weeks] == ["2026-08-02", "2026-08-09"]
    [month] = document(warehouse, "monthly")["monthly"]
    assert month["month"] == "2026-08"
    assert month["totalTokens"] == sum(week["totalTokens"] for week in weeks)


def test_a_session_has_the_calls_of_its_sub_agents(warehouse):
    sessions = document(warehouse, "session", "--order", "desc")["sessions"]
    assert [session["lastActivity"] for session in sessions] == ["2026-08-09", "2026-08-03"]
    assert sessions[1]["totalTokens"] == 3389
    assert sessions[1]["projectPath"] == "shop"


def test_days_can_be_chosen(warehouse):
    assert document(warehouse, "daily", "--since", "20260804")["daily"][0]["date"] == "2026-08-09"
    assert document(warehouse, "daily", "--until", "2026-08-03")["totals"]["totalTokens"] == 3389
    nothing = document(warehouse, "daily", "--source", "codex")
    assert nothing["daily"] == []
    assert nothing["totals"]["totalTokens"] == 0
    assert document(warehouse, "daily", "--project", "shop")["totals"]["totalTokens"] > 0
    assert document(warehouse, "daily", "--project", "elsewhere")["daily"] == []


def test_windows_and_the_gaps_between_them(warehouse):
    blocks = document(warehouse, "window")["blocks"]
    assert [(block["startTime"][5:16], block["isGap"]) for block in blocks] == [
        ("08-03T09:00", False),
        ("08-03T14:00", True),
        ("08-03T15:00", False),
        ("08-03T20:00", True),
        ("08-09T09:00", False),
    ]
    first, last = blocks[0], blocks[-1]
    assert (first["entries"], first["totalTokens"]) == (2, 1378)
    assert first["burnRate"] is first["projection"] is None
    assert last["isActive"]
    # 1,284 tokens in the hour between the calls; what is left is counted from the last one.
    assert last["burnRate"]["tokensPerMinute"] == pytest.approx(1284 / 60, rel=0.01)
    left = last["projection"]["remainingMinutes"]
    assert left == 240  # to 14:00, from a quarter of a minute after 10:00
    assert last["projection"]["totalTokens"] == pytest.approx(1284 + left * 1284 / 60, rel=0.01)
    assert document(warehouse, "window", "--active")["blocks"] == [last]


def test_tables_for_people(warehouse):
    daily = run(warehouse, "daily", "--breakdown").output.splitlines()
    header = ["Date", "Models", "Input", "Output", "Cache", "Create", "Cache", "Read"]
    assert daily[2].split() == [*header, "Total", "Tokens", "Cost", "(USD)"]
    assert daily[3].split()[:3] == ["2026-08-03", "sonnet-4-5,", "haiku-4-5"]
    assert daily[4].split()[:2] == ["-", "sonnet-4-5"]
    assert daily[-1].split()[0] == "Total"
    windows = run(warehouse, "window").output
    assert "burn rate" in windows
    assert "projected" in windows
    assert "gap" in windows


@pytest.mark.parametrize(
    "arguments", [["daily", "--active"], ["window", "--project", "shop"], ["yearly"]]
)
def test_what_makes_no_sense_is_refused(warehouse, arguments):
    assert run(warehouse, *arguments).exit_code == 2


def test_without_marts_a_sentence_says_what_to_do(empty_warehouse):
    done = run(empty_warehouse("no usage"), "daily")
    assert done.exit_code == 1
    assert "tokenhouse build" in done.output


def test_limits_of_a_window(warehouse):
    """Where the seed has no limit, windows have none."""
    [row] = warehouse.rows(
        "select countIf(limit_tokens is not null) as limited, max(largest_window_ratio) as largest "
        "from marts.mart_usage_windows where window_kind = 'block'"
    )
    assert (row["limited"], row["largest"]) == (0, 1)


def test_real_windows_by_an_independent_count(transcripts_warehouse):
    """Each window of five hours, call by call, and sums that are those of the calls."""
    calls = transcripts_warehouse.rows(
        "select called_at, total_tokens, cost_usd from marts.fct_calls "
        "where source = 'claude_code' and is_billable order by called_at"
    )
    starts: list[datetime] = []
    for call in calls:
        if not starts or call["called_at"] - starts[-1] > timedelta(hours=5):
            starts.append(call["called_at"].replace(minute=0, second=0, microsecond=0))
    for kind in ("block", "week"):
        windows = transcripts_warehouse.rows(
            "select * from marts.mart_usage_windows "
            f"where window_kind = '{kind}' order by window_start_at"
        )
        assert sum(window["call_count"] for window in windows) == len(calls)
        assert sum(window["total_tokens"] for window in windows) == sum(
            call["total_tokens"] or 0 for call in calls
        )
        assert sum(window["cost_usd"] for window in windows) == sum(
            call["cost_usd"] or 0 for call in calls
        )
        if kind == "block":
            assert [window["window_start_at"] for window in windows] == starts
            assert len(starts) > 60
