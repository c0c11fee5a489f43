"""dbt runs with one environment, whoever starts it."""

import os
import sys
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation import dbt
from orchestration.transformation.artifacts import KEPT_RUNS, new_run_folder
from orchestration.transformation.manifest import inputs_of_manifest, prepare_manifest


def test_dbt_is_the_one_of_this_python(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert dbt.command()[0] == sys.executable
    monkeypatch.setattr(dbt, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="dbt is not installed for"):
        dbt.command()


def test_homes_do_not_share_what_dbt_writes(monkeypatch, tmp_path):
    monkeypatch.delenv("DBT_TARGET_PATH")
    written = set()
    for name in ("one", "two"):
        monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / name))
        environment = dbt.environment()
        assert Path(environment["DBT_LOG_PATH"]).is_relative_to(tmp_path / name)
        written.add(environment["DBT_TARGET_PATH"])
    assert written == {str(tmp_path / "one" / "dbt"), str(tmp_path / "two" / "dbt")}


def test_a_target_path_of_the_user_is_kept(monkeypatch):
    monkeypatch.setenv("DBT_TARGET_PATH", "target")
    assert dbt.target_path() == settings.project_dir() / "target"


def test_relative_settings_become_absolute(monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_HOME", "data")
    environment = dbt.environment()
    assert environment["TOKENHOUSE_HOME"] == str(settings.project_dir() / "data")
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_the_manifest_is_parsed_only_when_something_changed(prepared, monkeypatch, home):
    monkeypatch.setenv("TOKENHOUSE_HOME", os.environ["TOKENHOUSE_HOME"])
    stamp = prepared.with_name("manifest.inputs.json")
    before = inputs_of_manifest()
    stamp.write_text(before)
    written = prepared.stat().st_mtime_ns
    assert prepare_manifest().stat().st_mtime_ns == written
    monkeypatch.setenv("TOKENHOUSE_DATABASE_PREFIX", "other_")
    assert inputs_of_manifest() != before
    monkeypatch.setenv("TOKENHOUSE_DATABASE_PREFIX", "")
    monkeypatch.setenv("TOKENHOUSE_TARGET", "server")
    assert inputs_of_manifest() != before


def test_artifacts_of_old_runs_go(monkeypatch, tmp_path):
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    for number in range(KEPT_RUNS + 5):
        folder = new_run_folder(f"run-{number}")
        os.utime(folder, (number, number))
    assert len(list((tmp_path / "runs").iterdir())) == KEPT_RUNS
    assert folder.exists()
