"""A new home begins with the parse that was made when the project was set up."""

import pytest

from orchestration import settings
from orchestration.transformation.dbt import target_path
from orchestration.transformation.parse_cache import PARSE_CACHE, begin_with_project_parse


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
