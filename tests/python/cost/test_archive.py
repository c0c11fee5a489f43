"""Log files of old runs are moved elsewhere, and no mart changes: R061."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from cost.orchestrator_runs import run_summary, write_runs
from generic_calls import write_calls
from orchestration.cli import main
from orchestration.loading.load import load
from warehouses import Warehouse

SOURCES = ("--vars", "{sources: [orchestrator, generic]}")
MARTS = ("--select", "+v_projects", "+v_models", "+v_archivable_runs", "+fct_calls")
LAST = datetime(2026, 3, 1, 10, tzinfo=UTC)
OLD = datetime(2025, 8, 31, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(warehouses, make_warehouse) -> Warehouse:
    """Return a warehouse of runs of seven months, and files that hold more than old ones."""
    logs = warehouses / "archive_logs"
    starts = {1: OLD, 2: OLD + timedelta(days=1), 3: LAST, 4: OLD, 5: OLD}
    runs = [
        run_summary(number, start, {"gpt-4o": (1000, 0.25)}, duration_seconds=60.0)
        for number, start in starts.items()
    ]
    # It began long ago and has not ended.
    runs[3] |= {"status": "running", "finished_at": None}
    write_runs(logs, runs, ["completed"])
    write_calls(logs / "old.jsonl", range(2), run_id="past", called_at="2025-07-01T10:00:00Z")
    write_calls(
        logs / "both.jsonl", range(4, 6), run_id="past too", called_at="2025-07-01T11:00:00Z"
    )
    with (logs / "both.jsonl").open("a") as file:
        file.write((write_calls(logs / "one.jsonl", [8])).read_text())
    warehouse = make_warehouse("archive", logs, *SOURCES, *MARTS)
    # Somebody has written to this file since.
    with (logs / "run_logs" / "run_005" / "run_summary.json").open("a") as file:
        file.write("\n")
    return warehouse


def archive(warehouse, *arguments):
    with warehouse.selected():
        done = CliRunner().invoke(main, ["archive", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done


def names(warehouse, *arguments):
    files = json.loads(archive(warehouse, *arguments, "--format", "json").stdout)["files"]
    return [file["path"].removeprefix(f"{warehouse.logs}/") for file in files]


def test_files_of_old_runs_alone_are_listed(built):
    """R061: older than six calendar months and over; all that the file holds, as it was loaded."""
    assert names(built) == ["old.jsonl", "run_logs/run_001/run_summary.json"]
    assert names(built, "--before", "2025-09-03") == [
        "old.jsonl",
        "run_logs/run_001/run_summary.json",
        "run_logs/run_002/run_summary.json",
    ]
    none = archive(built, "--before", "2020-01-01")
    assert none.stdout == ""
    assert "No file holds only runs" in none.stderr


def test_what_was_moved_stays_in_every_mart(built, tmp_path):
    """R061: a full refresh after it equals what was there before; loading both changes nothing."""
    before = built.contents("marts")
    old = built.logs / "run_logs" / "run_001" / "run_summary.json"
    text = old.read_text()
    done = archive(built, "--to", tmp_path / "archive")
    moved = tmp_path / "archive" / old.relative_to("/")
    assert moved.read_text() == text
    assert not old.exists()
    assert str(moved) in done.stdout.splitlines()
    assert names(built) == []
    built.build(*SOURCES, *MARTS, "--full-refresh")
    assert built.contents("marts") == before
    with built.selected():
        report = load([tmp_path / "archive"])
    assert {file.status for file in report.files} == {"unchanged"}
    built.build(*SOURCES, *MARTS)
    assert built.contents("marts") == before


def test_nothing_is_written_over(built, tmp_path):
    """A file of the name that is there already stops the move, in words."""
    target = tmp_path / (built.logs / "run_logs/run_002/run_summary.json").relative_to("/")
    target.parent.mkdir(parents=True)
    target.write_text("another")
    with built.selected():
        command = ["archive", "--before", "2025-09-03", "--to", str(tmp_path)]
        done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert "is there already" in done.output
    assert target.read_text() == "another"


def test_without_a_build_a_sentence_says_what_to_do(empty_warehouse):
    with empty_warehouse("nothing to archive").selected():
        done = CliRunner().invoke(main, ["archive"])
    assert done.exit_code == 2
    assert "tokenhouse build" in done.output
