"""Fault labels are loaded completely or not at all."""

import json
from datetime import datetime, timedelta

import pytest

from orchestration import settings
from orchestration.demo import load_fault_labels
from orchestration.demo.labels import LABEL_COLUMNS
from orchestration.errors import BadInputError
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables


class Recorder:
    """Stands in for a client and keeps what it is asked to do."""

    def __init__(self):
        self.commands = []
        self.inserts = []

    def command(self, sql):
        self.commands.append(sql)

    def raw_insert(self, table, column_names, insert_block, fmt, settings):
        assert (fmt, settings) == ("JSONCompactEachRow", {"date_time_input_format": "best_effort"})
        rows = [json.loads(line) for line in insert_block.splitlines()]
        self.inserts.append((table, rows, column_names))


def test_labels_replace_what_was_there(faulty, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_DATABASE_PREFIX", "x_")
    client = Recorder()
    assert load_fault_labels(client, faulty.report.labels) == len(faulty.labels)
    assert client.commands == ["truncate table `x_demo`.fault_labels"]
    ((table, rows, columns),) = client.inserts
    assert (table, columns) == ("`x_demo`.fault_labels", LABEL_COLUMNS)
    first = dict(zip(columns, rows[0], strict=True))
    assert first["fault_id"] == faulty.labels[0]["fault_id"]
    started_at = datetime.fromisoformat(first["started_at"])
    assert started_at == datetime.fromisoformat(faulty.labels[0]["started_at"])
    assert started_at.utcoffset() == timedelta(0)


def test_the_warehouse_takes_every_label_as_often_as_they_are_loaded(faulty, monkeypatch, tmp_path):
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path))
    with connect() as client:
        ensure_raw_tables(client)
        for _ in range(2):
            load_fault_labels(client, faulty.report.labels)
        query = """
            select fault_id, run_id, toString(started_at), expected_signal
            from demo.fault_labels
            order by fault_id, run_id
        """
        found = client.query(query).result_rows
    expected = [
        (
            label["fault_id"],
            label["run_id"],
            label["started_at"].replace("T", " ").rstrip("Z"),
            label["expected_signal"],
        )
        for label in faulty.labels
    ]
    assert found == expected


@pytest.mark.parametrize("text", [None, "no json", '{"fault_id": "x"}', "[]"])
def test_a_file_that_holds_no_labels_changes_nothing(tmp_path, text):
    path = tmp_path / "fault_labels.jsonl"
    if text is not None:
        path.write_text(text)
    client = Recorder()
    with pytest.raises(BadInputError, match="fault_labels"):
        load_fault_labels(client, path)
    assert client.commands == client.inserts == []


def test_no_labels_empty_the_table(tmp_path):
    path = tmp_path / "fault_labels.jsonl"
    path.touch()
    client = Recorder()
    assert load_fault_labels(client, path) == 0
    assert client.commands == [f"truncate table `{settings.database('demo')}`.fault_labels"]
    assert client.inserts == []
