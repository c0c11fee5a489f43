"""`tokenhouse run --found`: what coding agents logged on this machine, loaded after a yes only."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.loading.found import PLACES, find_logs


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    """Return a home directory without logs, from which no variable leads elsewhere."""
    for name in {variable for place in PLACES for variable in place.variables}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def agents_home(empty_home):
    """Return a home directory with logs of three tools, and a folder without any."""
    files = {
        ".claude/projects/-src/s.jsonl": {"sessionId": "s", "type": "user", "uuid": "u"},
        ".claude/settings.json": {},
        ".gemini/tmp/abc/chats/session-1.jsonl": {"sessionId": "g", "projectHash": "h"},
        ".gemini/tmp/abc/logs.json": {},
        ".config/Code/User/globalStorage/kilocode.kilo-code/tasks/1/ui_messages.json": {},
    }
    for name, record in files.items():
        path = empty_home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record) + "\n")
        os.utime(path, (1_780_000_000, 1_780_000_000))
    (empty_home / ".qwen/projects/x/chats").mkdir(parents=True)
    return empty_home


def test_what_lies_there_is_found_by_its_tool(agents_home):
    found = find_logs({}, agents_home)

    assert [logs.tool for logs in found] == ["Claude Code", "Gemini CLI", "Kilo Code"]
    assert [logs.file_count for logs in found] == [1, 1, 1]
    assert found[0].bytes == (agents_home / ".claude/projects/-src/s.jsonl").stat().st_size
    assert f"{found[0].changed_at:%Y-%m-%d %H:%M}" == "2026-05-28 20:26"


def test_environment_variables_lead_elsewhere(agents_home):
    other = agents_home / "elsewhere"
    (agents_home / ".gemini").rename(other)
    (agents_home / ".claude").rename(agents_home / "also")

    found = find_logs(
        {
            "CLAUDE_CONFIG_DIR": f"{agents_home}/nowhere,{agents_home}/also",
            "GEMINI_DATA_DIR": f"{other}/tmp",
        },
        agents_home,
    )

    assert [logs.tool for logs in found] == ["Claude Code", "Gemini CLI", "Kilo Code"]
    assert found[0].folder == agents_home / "also"


def test_nothing_is_read_before_a_yes(agents_home, monkeypatch):
    def opened(path, *args, **options):
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr("orchestration.cli.run.load", None)
    answered = CliRunner().invoke(main, ["run", "--found"], input="n\n")

    assert answered.exit_code == 0, answered.output
    assert "Claude Code" in answered.output
    assert "2026-05-28 20:26" in answered.output
    assert answered.output.endswith("Nothing was loaded.\n")


def test_after_a_yes_they_are_loaded_and_built(agents_home, monkeypatch):
    loaded = []

    def noted(paths, **options):
        from orchestration.loading import LoadReport

        loaded.extend(paths)
        return LoadReport()

    monkeypatch.setattr("orchestration.cli.load.load_with_progress", noted)
    monkeypatch.setattr("orchestration.cli.run.build_and_summarize", lambda stay, **options: 0)
    answered = CliRunner().invoke(main, ["run", "--found", "--yes"])

    assert answered.exit_code == 0, answered.output
    assert loaded == [
        str(agents_home / ".claude/projects"),
        str(agents_home / ".gemini/tmp/abc/chats"),
        str(agents_home / ".config/Code/User/globalStorage/kilocode.kilo-code/tasks"),
    ]


def test_paths_and_found_exclude_each_other(agents_home):
    for arguments in (["--found", "logs"], ["--yes"]):
        answered = CliRunner().invoke(main, ["run", *arguments])
        assert answered.exit_code != 0


def test_no_logs_is_a_sentence(empty_home):
    answered = CliRunner().invoke(main, ["run", "--found"])

    assert answered.exit_code == 0, answered.output
    assert answered.output.startswith("No logs were found of Claude Code, Codex, ")
