"""The same loads when the warehouse is a server: files are read here, rows go there."""

import json
import subprocess
import sys

import pytest

from orchestration.loading import load, unload
from orchestration.settings import project_dir

FRONT = project_dir() / "tests" / "python" / "warehouse" / "http_front.py"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Run a stand-in ClickHouse server, with the environment pointing at it."""
    command = [sys.executable, FRONT, tmp_path / "server", tmp_path / "statements.log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = process.stdout.readline().strip()
        for name, value in {
            "TOKENHOUSE_TARGET": "server",
            "CLICKHOUSE_HOST": "127.0.0.1",
            "CLICKHOUSE_PORT": port,
            "CLICKHOUSE_USER": "tester",
            "CLICKHOUSE_PASSWORD": "secret",
        }.items():
            monkeypatch.setenv(name, value)
        yield
        process.kill()


@pytest.mark.usefixtures("server")
def test_lines_and_rejected_lines_arrive(write, visible, warehouse, transcript):
    path = write("a.jsonl.gz", [transcript(1), "broken", transcript(2)])

    report = load([path])

    assert (report.loaded_rows, report.rejected_rows) == (2, 1)
    assert visible("claude_code_lines", "record, _line_number") == [
        (json.dumps(transcript(1)), 1),
        (json.dumps(transcript(2)), 3),
    ]
    assert warehouse("select _line_number, line_text from raw.rejected_lines") == [(2, "broken")]
    assert load([path]).count("unchanged") == 1


@pytest.mark.usefixtures("server")
def test_many_rows_stream_over(write, visible, transcript):
    path = write("a.jsonl", [transcript(number) for number in range(200_000)])

    assert load([path]).loaded_rows == 200_000
    assert len(visible("claude_code_lines", "_line_number")) == 200_000


@pytest.mark.usefixtures("server")
def test_csv_is_read_here(write, visible):
    path = write("a.csv", ["ts,engine", "2026-01-01,m"])

    load([path], mapping={"ts": "called_at"}, constants={"model": "m"})

    assert len(visible("generic_calls")) == 1


@pytest.mark.usefixtures("server")
def test_forcing_and_unloading(write, visible, transcript):
    path = write("a.jsonl", [transcript()])
    load([path])
    load([path], force=True)
    assert len(visible("claude_code_lines")) == 1

    unload([path])
    assert visible("claude_code_lines") == []
