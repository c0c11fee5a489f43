import gzip
import json
import os
from pathlib import Path

import pytest

from orchestration.warehouse.client import connect


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Keep every test off the project's own data, on an embedded warehouse that is empty."""
    for name in [name for name in os.environ if name.startswith(("TOKENHOUSE_", "CLICKHOUSE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))


@pytest.fixture
def warehouse():
    """Give a function that runs a query on the test's warehouse."""

    def query(sql):
        with connect() as client:
            return client.query(sql).result_rows

    return query


@pytest.fixture
def visible(warehouse):
    """Give the records of a raw table that staging would show, in order."""

    def records(entity, columns="record"):
        return warehouse(
            f"select {columns} from raw.{entity} where _load_id in "
            "(select load_id from raw.loads final where status = 'loaded') "
            "order by _source_file, _loaded_at, _line_number"
        )

    return records


@pytest.fixture
def write(tmp_path):
    """Write a file of the logs directory: lines of objects or text, or bytes; .gz is compressed."""

    def write_file(name, content, ending="\n"):
        path = Path(tmp_path, "logs", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, bytes):
            lines = [line if isinstance(line, str) else json.dumps(line) for line in content]
            content = "".join(line + ending for line in lines).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write_file


@pytest.fixture
def transcript():
    """Make a transcript line; the number tells lines apart."""

    def line(number=1, session="s1"):
        return {"sessionId": session, "type": "user", "uuid": f"u{number}"}

    return line


@pytest.fixture
def call():
    """Make a generic call; the number tells calls apart."""

    def row(number=1, **others):
        return {"called_at": f"2026-01-01T00:00:{number:02}Z", "model": "gpt-4o", **others}

    return row
