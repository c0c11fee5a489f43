"""Fixtures of the orchestration tests: a prepared manifest, homes, and a tiny set of logs."""

import os
from functools import cache
from pathlib import Path

import pytest

from orchestration.transformation.manifest import prepare_manifest
from parsing import shared_parse, target_name
from warehouses import session_folder


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Keep one home and one place for dbt's files: parsing the project takes seconds."""
    return {
        "TOKENHOUSE_HOME": str(tmp_path_factory.mktemp("home")),
        "DBT_TARGET_PATH": str(tmp_path_factory.mktemp("target")),
    }


@pytest.fixture(scope="module", autouse=True)
def prepared(folders, tmp_path_factory):
    """Set the environment for a module's tests, and return the prepared manifest."""
    shared = session_folder(tmp_path_factory.getbasetemp()) / target_name()
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("TOKENHOUSE_", "CLICKHOUSE_", "DAGSTER_")):
                patch.delenv(name)
        for name, value in folders.items():
            patch.setenv(name, value)
        with shared_parse(Path(folders["DBT_TARGET_PATH"]), shared):
            manifest = prepare_manifest()
        yield manifest


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


@pytest.fixture(scope="module")
def definitions(prepared):
    """Load the code location once."""
    return load_definitions()


@cache
def load_definitions():
    from orchestration.definitions import defs

    return defs()
