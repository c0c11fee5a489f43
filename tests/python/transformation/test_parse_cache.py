"""A new home begins with the parse that was made when the project was set up."""

import subprocess

import pytest

from orchestration import settings
from orchestration.transformation.dbt import PARSE_CACHE, TEMPLATE_CODE, executable, target_path
from orchestration.transformation.manifest import prepare_manifest
from orchestration.transformation.parse_cache import begin_with_project_parse


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a home, and a project with a parse of its own."""
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DBT_TARGET_PATH", raising=False)
    monkeypatch.setattr(settings, "project_dir", lambda: tmp_path / "project")
    (tmp_path / "project" / "target").mkdir(parents=True)
    (tmp_path / "project" / "target" / PARSE_CACHE).write_bytes(b"of the project")
    return tmp_path / "project"


def test_a_new_home_gets_the_parse_of_the_project(project):
    begin_with_project_parse()
    assert (target_path() / PARSE_CACHE).read_bytes() == b"of the project"


def test_a_home_keeps_its_own_parse(project):
    target_path().mkdir(parents=True)
    (target_path() / PARSE_CACHE).write_bytes(b"of the home")
    begin_with_project_parse()
    assert (target_path() / PARSE_CACHE).read_bytes() == b"of the home"


def test_a_project_without_a_parse_is_parsed_in_the_home(project):
    (project / "target" / PARSE_CACHE).unlink()
    begin_with_project_parse()
    assert not target_path().exists()


def test_dbt_begins_with_it_wherever_it_parses_first(project, monkeypatch):
    """Dagster, too: what it starts is a dbt that keeps translated templates in the home."""

    def parse(arguments, **_):
        assert str(target_path() / TEMPLATE_CODE) in arguments
        return subprocess.CompletedProcess(
            arguments, (target_path() / PARSE_CACHE).read_bytes() != b"of the project", ""
        )

    (project / "dbt_project.yml").write_text("")
    monkeypatch.setattr(subprocess, "run", parse)
    assert prepare_manifest().is_relative_to(target_path())
    assert str(target_path() / TEMPLATE_CODE) in executable().read_text()
