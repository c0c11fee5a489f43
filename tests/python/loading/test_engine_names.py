"""Where the system names no open files, as macOS, the engine reads them all the same."""

import os
import tempfile

import pytest

from orchestration.loading import engine_names, load

CONTENT = '{"called_at": "2026-01-01T00:00:00Z", "model": "m", "call_id": "%s"}'


@pytest.fixture
def without_names(monkeypatch, tmp_path):
    """Stand for such a system; the folder that temporary files are in."""
    monkeypatch.setattr(engine_names, "_DESCRIPTORS", tmp_path / "none")
    monkeypatch.delattr(os, "memfd_create", raising=False)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("name", ["calls", "a{b,c}*[1] 'q' é", "-rf", "../calls"])
def test_files_load(without_names, write, warehouse, visible, name):
    lines = write(f"{name}.jsonl", [CONTENT % number for number in range(3)])
    table = lines.with_name("calls.of.a.table.parquet")
    warehouse(
        f"insert into function file('{table}', Parquet) select "
        "'2026-01-01' as called_at, 'm' as model, toString(number) as call_id from numbers(5)"
    )
    table = table.rename(lines.with_suffix(".parquet"))

    report = load([lines, table])

    assert [file.loaded_rows for file in sorted(report.files, key=lambda file: file.path)] == [3, 5]
    assert len(visible("generic_calls")) == 8
    assert not list(without_names.iterdir())
