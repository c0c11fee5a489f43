"""Random cascade logs that provoke ties, equal values and odd inputs, written as a logger would."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

START = datetime(2026, 3, 1, tzinfo=UTC)  # a Sunday

# Lone surrogates and numbers beyond 64 bits are left out: parsers differ over them.
characters = st.characters(exclude_categories=["Cs"])
strings = st.one_of(
    st.text(characters, max_size=8),
    st.sampled_from(
        [
            '"',
            "\\",
            '\\"',
            "[",
            "]{",
            '{"a": [1]}',
            ",,",
            "s:",
            "é",
            "😀",
            "\n",
            "2026-01-01",
            "a.b",
        ]
    ),
)
keys = st.one_of(st.sampled_from(["a", "b", "a.b", "id", "[]"]), strings)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    strings,
)


def repeated(item: Any, times: int) -> list[Any]:
    """Repeat an item; a large one twice, or repetitions in repetitions would fill the disk."""
    return [item] * (times if len(json.dumps(item)) < 200 else 2)


values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(keys, inner, max_size=4),
        st.builds(repeated, inner, st.sampled_from([0, 30, 400])),
    ),
    max_leaves=12,
)


@st.composite
def input_texts(draw: Callable) -> str:
    """Draw an input: mostly JSON in any spelling, else broken JSON, plain text, or nothing."""
    text = json.dumps(
        draw(values),
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, None, 1])),
        separators=draw(st.sampled_from([None, (",", ":"), (" , ", " : ")])),
    )
    kind = draw(st.sampled_from(["whole"] * 6 + ["cut", "padded", "long", "plain", "empty"]))
    return {
        "whole": text,
        "cut": text[: len(text) // 2],
        "padded": f" \n{text}\t",
        "long": json.dumps({"text": "[{,x" * draw(st.sampled_from([120, 500, 1500, 5200]))}),
        "plain": draw(strings),
        "empty": "",
    }[kind]


@st.composite
def calls(draw: Callable) -> dict[str, Any]:
    """Draw a row of ``unified_logs``, without its session's part."""
    kind = draw(st.sampled_from(["agent", "agent", "sounding_attempt", "evaluator", "error"]))
    model = (
        None if kind == "error" else draw(st.sampled_from(["gpt-4o", "gpt-4o-mini", "homemade"]))
    )
    candidate = draw(st.integers(0, 2)) if kind in ("sounding_attempt", "evaluator") else None
    scored = kind in ("sounding_attempt", "evaluator")
    return {
        "offset_ms": draw(st.sampled_from([0, 0, 1, 500])),
        "cell_name": draw(st.sampled_from(["plan", "write"])),
        "node_type": kind,
        "role": "assistant",
        "model": model,
        "provider": model and "openai",
        "cost": draw(st.sampled_from([None, 0, 0.001, 0.001, 0.1234567])) if model else None,
        "tokens_in": draw(st.sampled_from([0, 100, 1000])) if model else None,
        "tokens_out": draw(st.sampled_from([0, 7, 50])) if model else None,
        "duration_ms": 10,
        "candidate_index": candidate,
        "reforge_step": draw(st.sampled_from([0, 0, 0, 1, 3])),
        "is_winner": draw(st.booleans()) if kind == "sounding_attempt" else None,
        "evaluator_score": draw(st.sampled_from([None, 0, 0.25, 0.9])) if scored else None,
        "error_type": "timeout" if kind == "error" else None,
        "error_message": "late" if kind == "error" else None,
        "tool_name": None,
        "content_chars": 10,
    }


@st.composite
def sessions(draw: Callable) -> dict[str, Any]:
    """Draw a session with its calls; ends and measures repeat often."""
    ended_at = START + timedelta(hours=draw(st.integers(0, 150)))
    return {
        "cascade_id": draw(st.sampled_from(["alpha", "beta"])),
        "genus_hash": draw(st.sampled_from(["genus_1", "genus_2"])),
        "species_hash": draw(st.sampled_from(["species_1", "species_2", "species_3", None])),
        "ended_at": ended_at,
        "started_at": ended_at
        - timedelta(milliseconds=draw(st.sampled_from([0, 1000, 1000, 9001]))),
        "status": draw(st.sampled_from(["completed"] * 8 + ["error", "running"])),
        "input_data": draw(input_texts()),
        "parent": draw(st.one_of(st.none(), st.integers(0, 40))),
        "calls": draw(st.lists(calls(), max_size=4)),
    }


def drawn(strategy: st.SearchStrategy, count: int) -> list[Any]:
    """Return examples of a strategy, to be tried all at once: the same ones for the same code."""
    examples: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        examples.append(example)

    collect()
    return examples


def session_of(name: str, input_data: str) -> dict[str, Any]:
    """Return a session of which only the input matters, of a workflow of its own."""
    return {
        "cascade_id": name,
        "genus_hash": name,
        "species_hash": None,
        "ended_at": START,
        "started_at": START,
        "status": "completed",
        "input_data": input_data,
        "parent": None,
        "calls": [],
    }


def write_logs(folder: Path, named_sessions: dict[str, dict[str, Any]]) -> None:
    """Write sessions, by id, as the two JSONL files of a cascade runner."""
    folder.mkdir(parents=True)
    with (folder / "sessions.jsonl").open("w") as rows, (folder / "logs.jsonl").open("w") as logs:
        for session_id, session in named_sessions.items():
            rows.write(json.dumps(_session_row(session_id, session)) + "\n")
            for place, call in enumerate(session["calls"]):
                logs.write(json.dumps(_log_row(session_id, session, place, call)) + "\n")


def _session_row(session_id: str, session: dict[str, Any]) -> dict[str, Any]:
    parent = session["parent"]
    return {
        "session_id": session_id,
        "cascade_id": session["cascade_id"],
        "genus_hash": session["genus_hash"],
        "created_at": _iso(session["started_at"]),
        "completed_at": None if session["status"] == "running" else _iso(session["ended_at"]),
        "status": session["status"],
        "input_data": session["input_data"],
        "parent_session_id": None if parent is None else f"ses_{parent:04d}",
        "depth": 0 if parent is None else 1,
        "caller_id": "tester",
        "invocation_metadata": {"origin": "cli"},
    }


def _log_row(
    session_id: str, session: dict[str, Any], place: int, call: dict[str, Any]
) -> dict[str, Any]:
    row = {key: value for key, value in call.items() if key != "offset_ms"}
    return {
        "message_id": f"{session_id}_{place}",
        "timestamp": _iso(session["started_at"] + timedelta(milliseconds=call["offset_ms"])),
        "session_id": session_id,
        "cascade_id": session["cascade_id"],
        "species_hash": session["species_hash"],
        "genus_hash": session["genus_hash"],
        **row,
    }


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
