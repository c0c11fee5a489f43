"""The real transcripts against an independent costing of the same sessions."""

import csv
from decimal import Decimal

import pytest

from orchestration import settings

REFERENCE = (
    settings.project_dir().parent / "shared" / "data" / "agent_logs" / "reference_session_costs.csv"
)
# Sessions of the reference that are no Claude Code: their Gemini CLI logs are not among the
# transcripts (`agent` in ../shared/data/agent_logs/sessions.jsonl.gz).
GEMINI_SESSIONS = {
    "f7633853-6663-4dbb-bbf4-6159afa29df8",
    "fa4593e0-f7e1-4dd1-b656-da95fb4d60fa",
    "faff42ab-6ea5-4f78-b8c4-f7dd6272af08",
}
# The session that a later one resumed. Its own six calls are all that it holds, and the reference
# does not list it.
RESUMED_SESSION = "e1bc91d1-2731-4b12-bf00-44f4dcddffd1"
# Calls that a resumed session repeats of the one before.
COPIED_CALLS = 6


def test_calls_and_cost_of_the_corpus(transcripts_warehouse):
    """R003, K15: as many calls as were made, the client's own messages free, to the cent."""
    [corpus] = transcripts_warehouse.rows(
        "select count() as calls, countIf(model = '<synthetic>' and cost_usd is null) as unbilled, "
        "countIf(cost_usd is null) as unpriced, sum(cost_usd) as total_cost_usd "
        "from marts.fct_calls"
    )
    assert corpus["calls"] == 10_674
    assert corpus["unbilled"] == corpus["unpriced"] == 24
    assert round(corpus["total_cost_usd"], 4) == Decimal("735.1114")


def test_every_session_costs_what_the_reference_says(transcripts_warehouse):
    """R003, K15: cache writes priced by lifetime, sub-agents with their session, copies once."""
    if not REFERENCE.is_file():
        pytest.skip("The reference costing is missing; put it into ../shared/data/agent_logs.")
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        reference = {row["session_id"]: row for row in csv.DictReader(file)}
    sessions = {
        row["session_id"]: row
        for row in transcripts_warehouse.rows(
            "select splitByChar('/', splitByChar(':', run_id)[2])[1] as session_id, "
            "countIf(model != '<synthetic>') as calls, "
            "sum(input_tokens + output_tokens) as tokens, "
            "coalesce(sum(cost_usd), 0) as cost_usd from marts.fct_calls group by session_id"
        )
    }
    assert reference.keys() - sessions.keys() == GEMINI_SESSIONS
    assert sessions.keys() - reference.keys() == {RESUMED_SESSION}
    assert len(reference) == 192
    for session in reference.keys() & sessions.keys():
        expected, measured = reference[session], sessions[session]
        difference = measured["cost_usd"] - Decimal(expected["cost_split_5m_1h"])
        assert abs(difference) <= Decimal("1e-6"), session
        assert measured["calls"] == int(expected["n_calls"]), session
        assert measured["tokens"] == int(expected["tokens"]), session


def test_copies_of_a_resumed_session_are_shown(transcripts_warehouse):
    """K15: the six calls that a resumed session repeats belong to the one that made them."""
    copies = transcripts_warehouse.rows(
        "select source, kept_source, call_id, kept_call_id, cost_usd, kept_cost_usd, is_copy "
        "from marts.mart_merged_calls"
    )
    assert len(copies) == COPIED_CALLS
    for copy in copies:
        assert copy["is_copy"]
        assert copy["source"] == copy["kept_source"] == "claude_code"
        assert copy["kept_call_id"].split(":")[1].startswith(RESUMED_SESSION)
        assert copy["call_id"].split("/")[-1] == copy["kept_call_id"].split("/")[-1]
        assert copy["cost_usd"] == copy["kept_cost_usd"]
