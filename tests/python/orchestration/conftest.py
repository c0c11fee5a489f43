"""Fixtures of the orchestration tests: a prepared manifest, homes, and a tiny set of logs."""

import json
import os

import pytest

from orchestration.transformation.manifest import prepare_manifest


@pytest.fixture(scope="session", autouse=True)
def prepared(tmp_path_factory):
    """Parse the project once; all homes of this session share dbt's files."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("TOKENHOUSE_", "CLICKHOUSE_"))]:
        del os.environ[name]
    os.environ["TOKENHOUSE_HOME"] = str(tmp_path_factory.mktemp("home"))
    os.environ["DBT_TARGET_PATH"] = str(tmp_path_factory.mktemp("target"))
    os.environ["DAGSTER_HOME"] = ""
    yield prepare_manifest()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Give an empty home."""
    path = tmp_path / "home"
    monkeypatch.setenv("TOKENHOUSE_HOME", str(path))
    return path


@pytest.fixture
def landing(tmp_path, monkeypatch):
    """Give an empty landing directory."""
    path = tmp_path / "landing"
    path.mkdir()
    monkeypatch.setenv("TOKENHOUSE_LANDING", str(path))
    return path


def call(number, **changes):
    """Return one generic call."""
    return {
        "call_id": f"call-{number}",
        "called_at": f"2026-03-01T10:{number:02}:00Z",
        "run_id": f"run-{number // 2}",
        "workflow_id": "answering",
        "model": "gpt-4o",
        "provider": "openai",
        "input_tokens": 1_000_000,
        "output_tokens": 0,
        **changes,
    }


def write_calls(path, numbers, **changes):
    """Write generic calls as JSON lines."""
    path.write_text("".join(json.dumps(call(number, **changes)) + "\n" for number in numbers))
    return path


@pytest.fixture(scope="session")
def definitions(prepared):
    """Load the code location once."""
    from orchestration.definitions import defs

    return defs()
