"""Where the dbt project is found, how it is copied out, and what a shell completes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration import cli, project, settings
from orchestration.errors import BadInputError


@pytest.fixture
def as_installed(tmp_path, monkeypatch):
    """Give a package in no checkout, with the project it brings, and a user's home."""
    checkout = project.find_project()
    package = tmp_path / "packages" / "orchestration"
    monkeypatch.delenv("TOKENHOUSE_PROJECT_DIR", raising=False)
    monkeypatch.delenv("TOKENHOUSE_HOME", raising=False)
    project.copy_project(package / "dbt_project")
    monkeypatch.setattr(project, "_PACKAGE", package)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert project.find_project() != checkout
    return package


def test_a_checkout_is_used_from_everywhere(tmp_path, monkeypatch):
    monkeypatch.delenv("TOKENHOUSE_PROJECT_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    assert settings.project_dir() == Path(project.__file__).resolve().parent.parent


def test_an_installed_package_brings_its_project(as_installed, tmp_path):
    assert settings.project_dir() == as_installed / "dbt_project"
    assert settings.home() == tmp_path / "user" / ".tokenhouse"
    assert settings.project_vars()


def test_relative_settings_start_where_the_command_was_typed(as_installed, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_HOME", "data")
    assert settings.home() == tmp_path / "elsewhere" / "data"


def test_a_copy_is_found_from_below_it(as_installed, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    assert CliRunner().invoke(cli.main, ["init", str(copy)]).exit_code == 0
    monkeypatch.chdir(copy / "models" / "marts")
    assert settings.project_dir() == copy
    assert settings.home() == copy / ".tokenhouse"


def test_a_project_of_something_else_is_none(as_installed, tmp_path, monkeypatch):
    (tmp_path / "elsewhere" / "dbt_project.yml").write_text("name: shop\nversion: 1.0.0\n")
    assert settings.project_dir() == as_installed / "dbt_project"


def test_a_named_project_counts_most(as_installed, tmp_path, monkeypatch):
    project.copy_project(tmp_path / "named")
    monkeypatch.setenv("TOKENHOUSE_PROJECT_DIR", str(tmp_path / "named"))
    assert settings.project_dir() == tmp_path / "named"
    monkeypatch.setenv("TOKENHOUSE_PROJECT_DIR", str(tmp_path / "nothing"))
    with pytest.raises(BadInputError, match="TOKENHOUSE_PROJECT_DIR"):
        settings.project_dir()


def test_a_copy_overwrites_nothing(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = CliRunner().invoke(cli.main, ["init", str(tmp_path)])
    assert result.exit_code == 2
    assert "not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_other_systems_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    result = CliRunner().invoke(cli.main, ["doctor"])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "WSL" in result.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completion(shell):
    result = CliRunner().invoke(cli.main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_TOKENHOUSE_COMPLETE={shell}_complete" in result.output


def test_commands_and_options_are_completed():
    def completed(words):
        code = "from orchestration.cli import main; main(prog_name='tokenhouse')"
        count = str(len(words.split(" ")) - 1)
        asked = {
            "_TOKENHOUSE_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": count,
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | asked,
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.split(",")[1] for line in done.stdout.splitlines()]

    assert set(completed("tokenhouse de")) == {"deliver", "demo", "detect"}
    assert "--scale" in completed("tokenhouse demo --s")
