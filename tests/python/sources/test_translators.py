"""A value that a tool never writes costs its record at most, in whatever place it stands."""

import json
from pathlib import Path

import pytest

from hostile_values import HOSTILE_VALUES, replaced
from orchestration.loading.records import Piece
from orchestration.loading.sources import SOURCES
from orchestration.loading.translation import translated
from sources import editor_logs, gateway_logs, more_tool_logs, tool_logs, tracer_logs

WRITERS = (
    tool_logs.WRITERS
    | editor_logs.WRITERS
    | more_tool_logs.WRITERS
    | gateway_logs.WRITERS
    | tracer_logs.WRITERS
)
TRANSLATED = {
    tool: [source for source in SOURCES if source.translator and source.name.startswith(tool)]
    for tool in WRITERS
}
# Of each kind one that is written in its own way, and what only Python's JSON can hold.
ODD = [values[0] for values in HOSTILE_VALUES.values()]
ODD += [float("nan"), float("inf"), 10**400, [], {}, {"a": {"b": -1}}, [[1]], "", True, "\ud800"]


def records_of(path: Path) -> list:
    """Return the JSON objects of a file, whether it has one or one a line."""
    text = path.read_text(encoding="utf-8")
    try:
        found = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return found if isinstance(found, list) else [found]


def hostile_versions(records: list):
    """Yield the file once per value in it and odd value in its place."""
    for place, record in enumerate(records):
        for odd in ODD:
            for _, changed in replaced(record, odd):
                yield [*records[:place], changed, *records[place + 1 :]]


@pytest.mark.parametrize("tool", WRITERS)
def test_no_value_breaks_a_translator(tool, tmp_path):
    WRITERS[tool](tmp_path)
    while tool_logs.RUNNING:
        tool_logs.RUNNING.pop().close()
    tried = 0
    for path in sorted(tmp_path.rglob("*.json*")):
        # A file of one of its shapes is odd enough for the translator of another.
        for source in TRANSLATED[tool]:
            for version in hostile_versions(records_of(path)[:8]):
                pieces = [Piece(n, json.dumps(one).encode()) for n, one in enumerate(version, 1)]
                for piece in translated(pieces, source.translator(path)):
                    tried += not piece.reason
                    assert piece.reason or isinstance(
                        json.loads(piece.text, parse_constant=no), dict
                    )
    assert tried or not list(tmp_path.rglob("*.json*"))


def test_a_row_at_the_end_of_a_file_keeps_its_records_number(tmp_path):
    """What could not be read of a record is listed with the number of that record."""

    def run(number: int, prompt: object) -> dict:
        given = {"id": f"r{number}", "trace_id": f"t{number}", "run_type": "llm", "name": "chat"}
        times = {"start_time": "2026-09-01T10:00:00", "end_time": "2026-09-01T10:00:01"}
        return given | times | {"prompt_tokens": prompt, "completion_tokens": 1}

    records = [run(1, 10), run(2, "many"), run(3, 10)]
    pieces = [Piece(number, json.dumps(one).encode()) for number, one in enumerate(records, 1)]
    [source] = TRANSLATED["langsmith"]

    rows = [
        (piece.number, json.loads(piece.text))
        for piece in translated(pieces, source.translator(tmp_path / "runs.jsonl"))
    ]

    assert [(number, row["call_id"]) for number, row in rows] == [(1, "r1"), (2, "r2"), (3, "r3")]
    dropped = {number: row["dropped"] for number, row in rows if "dropped" in row}
    assert dropped == {2: [{"key": "prompt_tokens", "value": "many"}]}


def no(constant: str) -> None:
    raise AssertionError(f"the engine reads no {constant}")
