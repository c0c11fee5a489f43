"""Runs and calls of cascade logs (``unified_logs``, ``cascade_sessions``)."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from reference.prices import PriceBook, Tokens
from reference.runs import Call, Run, instant, records


def read_cascade(folder: Path, prices: PriceBook) -> list[Run]:
    """Read the runs of a folder of logs."""
    sessions: dict[str, dict[str, Any]] = {}
    messages: dict[str, dict[str, Any]] = {}
    for _, record in records(folder):
        if "message_id" in record:
            messages[record["message_id"]] = record
        elif "completed_at" in record:
            known = sessions.get(record["session_id"])
            if known is None or not known["completed_at"]:
                sessions[record["session_id"]] = record
    logs = defaultdict(list)
    for message in messages.values():
        logs[message["session_id"]].append(message)
    return [_run(session, logs[session_id], prices) for session_id, session in sessions.items()]


def _run(session: dict[str, Any], logs: list[dict[str, Any]], prices: PriceBook) -> Run:
    parent = session["parent_session_id"]
    return Run(
        run_id=f"cascade:{session['session_id']}",
        source="cascade",
        workflow_id=session["cascade_id"],
        genus=session["genus_hash"],
        project="",
        status=session["status"],
        created_at=instant(session["created_at"]),
        ended_at=instant(session["completed_at"]) if session["completed_at"] else None,
        input_text=session["input_data"] or "",
        parent_run_id=f"cascade:{parent}" if parent else None,
        depth=session["depth"],
        caller_id=session["caller_id"],
        origin=session["invocation_metadata"]["origin"],
        step_count=len({row["cell_name"] for row in logs if row["cell_name"]}),
        error_count=sum(row["node_type"] == "error" or bool(row["error_type"]) for row in logs),
        calls=[_call(row, prices) for row in logs if row["model"]],
    )


def _call(row: dict[str, Any], prices: PriceBook) -> Call:
    tokens = Tokens(logged_input=row["tokens_in"] or 0, output=row["tokens_out"] or 0)
    called_at = instant(row["timestamp"])
    cost, cost_source = row["cost"], "reported"
    computed = prices.cost(row["model"], row["provider"], tokens, called_at, cache_in_input=True)
    # K16: nobody believes a 0 next to tokens, unless their price is 0.
    is_unbelievable = cost == 0 and tokens.logged_input + tokens.output > 0 and computed != 0
    if cost is None or is_unbelievable:
        cost, cost_source = computed, "missing" if computed is None else "computed"
    candidate = None
    named = (row["cell_name"], row["reforge_step"], row["candidate_index"])
    if row["node_type"] == "sounding_attempt":
        candidate = named
    score = row["evaluator_score"]
    return Call(
        call_id=f"cascade:{row['session_id']}/{row['message_id']}",
        model=row["model"],
        provider=row["provider"],
        called_at=called_at,
        tokens=tokens,
        total_input=tokens.logged_input,
        cost=None if cost is None else Decimal(cost),
        cost_source=cost_source,
        species=row["species_hash"],
        reforge_step=row["reforge_step"],
        candidate=candidate,
        is_winner=row["is_winner"],
        judged=named if row["node_type"] == "evaluator" else None,
        evaluator_score=None if score is None else float(score),
    )
