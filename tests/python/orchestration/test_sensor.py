"""The landing directory is watched without opening the warehouse (R017)."""

import gzip
import json
import os

import dagster as dg
import pytest

from generic_calls import rested, write_calls
from orchestration.defs.automation.sensors import selection_for
from orchestration.defs.exporting.assets import EXPORTS, REPORT
from orchestration.defs.exporting.daily import DAILY_BILLS
from orchestration.loading.discover import discover
from orchestration.loading.landing import landing_directory, touched_tables
from orchestration.loading.sources import SOURCES

EVERYTHING = {source.entity for source in SOURCES}


@pytest.fixture
def sensor(definitions):
    return definitions.resolve_sensor_def("landing_directory")


@pytest.fixture
def tick(sensor, home, landing, definitions):
    """Evaluate the sensor with the cursor of the evaluation before."""
    cursor = None

    def evaluate():
        nonlocal cursor
        repository = definitions.get_repository_def()
        result = sensor(dg.build_sensor_context(cursor=cursor, repository_def=repository))
        if isinstance(result, dg.SensorResult):
            cursor = result.cursor
        return result

    return evaluate


def the_request(result):
    (request,) = result.run_requests
    return request


def paths_of(request):
    return request.run_config["ops"]["load_logs"]["config"]["paths"]


def test_no_directory(tick, landing):
    landing.rmdir()
    assert "create it" in tick().skip_message


def test_no_files(tick):
    assert "There is no new file" in tick().skip_message


def test_default_is_in_the_home(home, monkeypatch):
    monkeypatch.delenv("TOKENHOUSE_LANDING", raising=False)
    assert landing_directory() == home / "landing"


def test_a_new_file_is_loaded_and_what_it_touches_is_built(tick, landing):
    path = rested(write_calls(landing / "calls.jsonl", range(3)))
    request = the_request(tick())
    assert paths_of(request) == [str(path)]
    selected = {key.to_user_string() for key in request.asset_selection}
    assert {
        "raw/generic_calls",
        "raw/loads",
        "raw/rejected_lines",
        "staging/stg_generic__calls",
        "intermediate/int_calls",
        "marts/run_analytics",
        "marts/mart_source_loads",
    } <= selected
    assert (
        not {
            "raw/claude_code_lines",
            "staging/stg_claude_code__calls",
            "staging/stg_generic__runs",
            "reference/model_prices",
        }
        & selected
    )


@pytest.mark.parametrize("tables", [{"generic_calls"}, {"exports"}, EVERYTHING])
def test_a_run_makes_only_what_its_job_makes(definitions, tables):
    """A day's bills would ask for their day; a report would leave one more file to load."""
    selected = selection_for(tables, definitions.get_repository_def())
    job = definitions.resolve_job_def("load_and_build")
    assert selected <= set(job.asset_layer.executable_asset_keys)
    assert DAILY_BILLS not in selected and REPORT not in selected
    assert dg.AssetKey(["marts", "mart_source_loads"]) in selected


def test_what_exports_leave_starts_no_export(definitions):
    """Each would leave entries that start the next, without end; new logs are exported once."""
    repository = definitions.get_repository_def()
    assert EXPORTS not in selection_for({"exports"}, repository)
    assert EXPORTS in selection_for({"exports", "generic_calls"}, repository)
    assert EXPORTS in selection_for({"generic_calls"}, repository)
    assert dg.AssetKey(["marts", "mart_exports"]) in selection_for({"exports"}, repository)


def test_one_run_is_requested_per_file(tick, landing):
    rested(write_calls(landing / "calls.jsonl", range(3)))
    assert the_request(tick())
    assert "There is no new file" in tick().skip_message


def test_a_changed_file_requests_another_run(tick, landing):
    path = rested(write_calls(landing / "calls.jsonl", range(3)))
    first = the_request(tick())
    rested(write_calls(path, range(4)))
    second = the_request(tick())
    assert paths_of(second) == [str(path)]
    assert second.run_key != first.run_key


def test_a_file_still_being_written_waits(tick, landing):
    finished = rested(write_calls(landing / "a.jsonl", range(3)))
    written = write_calls(landing / "b.jsonl", range(3, 5))
    assert paths_of(the_request(tick())) == [str(finished)]
    assert "when they stop changing" in tick().skip_message
    rested(written)
    assert paths_of(the_request(tick())) == [str(written)]


def test_an_unreadable_file_does_not_stop_the_others(tick, landing, monkeypatch):
    """R017: a program that writes logs never waits, and never has to write them again."""
    closed = rested(write_calls(landing / "closed.jsonl", range(3)))
    readable = rested(write_calls(landing / "open.jsonl", range(3)))
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and allowed(path, mode))
    assert paths_of(the_request(tick())) == [str(readable)]


@pytest.mark.parametrize(
    ("name", "content", "tables"),
    [
        ("a.jsonl", b'{"sessionId": "s", "type": "user"}\n', {"claude_code_lines"}),
        (
            "a.jsonl.gz",
            gzip.compress(b'{"called_at": "2026-01-01T00:00:00Z", "model": "m"}\n'),
            {"generic_calls"},
        ),
        ("a.csv", b"called_at,model\n", {"generic_calls"}),
        ("a.jsonl", b"\xff\xfe", EVERYTHING),
        ("a.jsonl.gz", b"no gzip", EVERYTHING),
        ("a.jsonl", b"[1]\n", EVERYTHING),
    ],
    ids=["transcript", "compressed", "csv", "binary", "damaged", "array"],
)
def test_touched_tables(tmp_path, name, content, tables):
    (tmp_path / name).write_bytes(content)
    assert touched_tables(discover([tmp_path]).files) == tables


def test_the_cursor_forgets_files_that_are_gone(tick, landing):
    path = rested(write_calls(landing / "a.jsonl", range(3)))
    tick()
    path.unlink()
    rested(write_calls(landing / "b.jsonl", range(3)))
    assert len(json.loads(tick().cursor)) == 1
