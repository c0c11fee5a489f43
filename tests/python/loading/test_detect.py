"""What a file is shows from its first records."""

import pytest

from orchestration.loading import load

SESSION = {"session_id": "s", "cascade_id": "c"}
SUMMARY = {"started_at": "2026-01-01T00:00:00Z", "project_dir": "site"}
ROW = {"id": "1", "created_at": "2026-01-01T00:00:00Z"}
EXECUTIONS = "pipeline_executions"


@pytest.mark.parametrize(
    ("record", "source"),
    [
        ({"sessionId": "s", "type": "user", "uuid": "u"}, "claude_code"),
        ({"type": "summary", "summary": "x", "leafUuid": "l"}, "claude_code"),
        ({"type": "file-history-snapshot", "messageId": "m", "snapshot": {}}, "claude_code"),
        ({"type": "system", "subtype": "init", "session_id": "s"}, "claude_code"),
        ({"type": "result", "session_id": "s", "total_cost_usd": 0.1}, "claude_code"),
        ({"agentType": "Explore", "description": "look", "toolUseId": "t"}, "claude_code"),
        ({"type": "started", "key": "k", "agentId": "a", "label": "build:1"}, "claude_code"),
        ({"type": "thread.started", "thread_id": "t"}, "codex_exec"),
        ({**SESSION, "message_id": "m", "cell_name": "x", "node_type": "agent"}, "unified_logs"),
        ({**SESSION, "created_at": "2026-01-01", "status": "running"}, "cascade_sessions"),
        ({**SESSION, "prompt_id": "p", "full_prompt_text": "x"}, "prompt_lineage"),
        ({"called_at_ms": 1, "model": "m"}, "generic_calls"),
        ({"run_id": "r", "ended_at": "2026-01-01", "workflow_id": "w"}, "generic_runs"),
        ({"timestamp": "2026-01-01", "type": "session_meta", "payload": {"id": "s"}}, "codex"),
        ({**SUMMARY, "mode": "2loop"}, "orchestrator_runs"),
        ({**SUMMARY, "job_id": "j", "models": {}}, "orchestrator_runs"),
        ({**SUMMARY, "job_id": "j", "status": "queued", "mode": "2loop"}, "orchestrator_jobs"),
        ({"pipeline_id": "p", "execution_id": "x", "status": "failed", "stages": []}, EXECUTIONS),
        ({**ROW, "conversation_id": "c", "role": "user"}, "chat_messages"),
        ({**ROW, "session_id": "a", "experiment_name": None}, "chat_conversations"),
        ({**ROW, "message_id": "m", "rating": 5}, "chat_evaluations"),
        ({**ROW, "message_id": "m", "benchmark_id": "b", "passed": True}, "chat_judgments"),
        ({**ROW, "model_id": "m", "training_method": "sft"}, "chat_models"),
        ({"trace_id": "t", "span_name": "s", "operation_type": "llm"}, "chat_traces"),
    ],
)
def test_each_source_is_recognised(write, record, source):
    report = load([write("a.jsonl", [record])])

    assert (report.files[0].status, report.files[0].source) == ("loaded", source)


def test_another_programs_transcript_is_not_taken_for_one(write):
    """Qwen Code writes Claude Code's envelope around Google's contents."""
    envelope = {"sessionId": "s", "type": "user", "uuid": "u", "cwd": "/src", "version": "0.12"}
    records = [envelope, envelope | {"type": "assistant", "usageMetadata": {}}]

    report = load([write("a.jsonl", records)])

    assert report.files[0].source == "qwen_code"


def test_an_unknown_file_names_its_keys_and_the_choices(write):
    report = load([write("a.jsonl", [{"alpha": 1, "beta": 2}])])

    (file,) = report.files
    assert file.status == "failed"
    assert "fits no source: its keys are alpha, beta" in file.message
    assert "--source (claude_code, " in file.message


def test_an_ambiguous_file_names_what_it_fits(write, call):
    row = call(run_id="r", ended_at="2026-01-01", workflow_id="w")

    report = load([write("a.jsonl", [row])])

    assert "fits generic_calls and generic_runs" in report.files[0].message
    assert load([write("a.jsonl", [row])], source="generic_runs").loaded_rows == 1


def test_other_files_in_a_directory_of_logs_are_skipped(write, transcript):
    path = write("a.jsonl", [transcript()])
    write("settings.json", [{"theme": "dark"}])

    report = load([path.parent])

    assert [(f.status) for f in report.files] == ["loaded", "skipped"]
    assert report.exit_code == 0


def test_a_directory_of_other_files_alone_fails(write):
    path = write("settings.json", [{"theme": "dark"}])

    assert load([path.parent]).exit_code == 1


def test_native_logs_are_no_csv(write):
    report = load([write("a.csv", ["a,b", "1,2"])], source="claude_code")

    assert "claude_code comes as JSON lines, not csv" in report.files[0].message
