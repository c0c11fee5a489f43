"""``tokenhouse load`` and ``unload`` as a script sees them."""

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from orchestration import settings
from orchestration.cli import main
from orchestration.loading.generic_columns import CALL_COLUMNS, RUN_COLUMNS


@pytest.fixture
def run():
    def tokenhouse(*arguments):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return tokenhouse


def test_help_teaches_without_the_engine():
    code = (
        "import sys; from orchestration.cli import main; main(['load', '--help'], "
        "standalone_mode=False); sys.exit('chdb' in sys.modules or 'dbt' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "tokenhouse load ~/.claude/projects" in done.stdout


def test_the_group_lists_its_commands():
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    for name in ("run", "load", "unload", "build", "query", "prices", "demo", "doctor"):
        assert f"\n  {name} " in result.output


def test_columns_are_documented():
    result = CliRunner().invoke(main, ["load", "--columns"])

    assert "Required, or called_at_ms or called_at_s." in result.output
    assert "ended_at" in result.output


# What translators of tools alone write.
OF_TRANSLATORS = {"copy_id", "copied_from_run_id", "is_summary"}


@pytest.mark.parametrize(("table", "columns"), [("calls", CALL_COLUMNS), ("runs", RUN_COLUMNS)])
def test_the_columns_are_those_that_are_read(table, columns):
    model = settings.project_dir() / f"models/staging/generic/stg_generic__{table}.sql"
    read = set(re.findall(r"^    '(\w+)': '", model.read_text(), re.MULTILINE))
    # Tools have a model of their own.
    read |= {"tool_calls"}

    # The id of a run is its key.
    assert {column.name for column in columns} | OF_TRANSLATORS == read | {"run_id"} | (
        OF_TRANSLATORS if table == "runs" else set()
    )


def test_a_load_says_what_it_did(run, write, transcript):
    path = write("a.jsonl", [transcript(), "broken"])

    result = run("load", path)

    assert result.exit_code == 0
    assert result.stdout.startswith("1 file: 1 loaded; 1 rows, 1 rejected lines, ")
    assert "Data issues so far: 1 line is quarantined; `tokenhouse build` counts" in result.stdout
    assert "from raw.rejected_lines" in result.stderr
    again = run("load", path).stdout
    assert again.startswith("1 file: 0 loaded, 1 unchanged; 0 rows")
    assert "Data issues" not in again


def test_a_load_says_how_many_files_carried_no_usage(run, tmp_path):
    chat = {"sessionId": "s", "projectHash": "h", "startTime": "2026-01-01", "messages": []}
    for number in (1, 2):
        (tmp_path / f"chat{number}.json").write_text(json.dumps(chat | {"number": number}))

    result = run("load", tmp_path)

    assert "2 files of gemini_cli carried no usage that is known" in result.stdout


def test_a_corrected_map_replaces_and_says_so(run, write, warehouse):
    file = write("calls.jsonl", [{"at": "2026-01-01", "model": "m", "a": 1, "b": 2}])
    given = ["load", file, "--map", "at=called_at"]
    run(*given, "--map", "a=output_tokens", "--map", "b=input_tokens")
    result = run(*given, "--map", "a=input_tokens", "--map", "b=output_tokens")

    assert "replaces what was loaded of it with another --source, --map or --set: 1" in (
        result.output
    )
    shown = "select load_id from raw.loads final where status = 'loaded'"
    assert warehouse(
        "select JSONExtractInt(record, 'input_tokens') from raw.generic_calls "
        f"where _load_id in ({shown})"
    ) == [(1,)]


def test_a_known_tool_s_file_may_be_mapped(run, write):
    names = "generation_id,created_at,tokens_prompt,tokens_completion,model_permaslug"
    file = write("activity.csv", [names, "gen-1,2026-01-01,10,5,openai/gpt-4o"])
    given = ["--map", "created_at=called_at", "--map", "model_permaslug=model"]
    result = run("load", file, *given, "--format", "json")

    assert [found["source"] for found in json.loads(result.output)["files"]] == ["generic_calls"]


def test_json_output(run, write, call):
    path = write("a.jsonl", [{"ts": "2026-01-01"}])

    result = run(
        *("load", path, "--map", "ts=called_at", "--set", "model=m", "--format", "json"),
    )

    report = json.loads(result.stdout)
    assert (report["loaded_rows"], report["files"][0]["source"]) == (1, "generic_calls")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/absent"], "/absent does not exist; give a file, a directory or a pattern."),
        (["x", "--map", "a"], "--map a has no '='; write it as name=value."),
        (["x", "--set", "a=1", "--set", "a=2"], "--set gives a twice; keep one of them."),
    ],
)
def test_wrong_use_is_one_sentence(run, arguments, sentence):
    result = run("load", *arguments)

    assert (result.exit_code, result.stderr) == (2, f"tokenhouse: {sentence}\n")


def test_a_failed_file_exits_with_1(run, write):
    result = run("load", write("a.jsonl", [{"alpha": 1}]))

    assert result.exit_code == 1
    assert result.stderr.startswith("failed: ")


def test_unexpected_errors_keep_their_traceback_for_debug(run, write, monkeypatch, transcript):
    def broken(*_, **__):
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr("orchestration.loading.load", broken)
    path = write("a.jsonl", [transcript()])

    result = run("load", path)
    assert result.exit_code == 70
    assert "unexpected error (RuntimeError: first)" in result.stderr
    assert isinstance(run("--debug", "load", path).exception, RuntimeError)


def test_unload(run, write, transcript):
    path = write("a.jsonl", [transcript()])
    run("load", path)

    assert run("unload", path).stdout.startswith("Unloaded rows: 1, files: 1, loads: 1.")
    assert run("unload", path).exit_code == 2
