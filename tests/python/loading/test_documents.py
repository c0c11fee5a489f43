"""Files that name the run of all their lines, and documents that hold many records."""

import json

import pytest

from orchestration.loading import load

ROLLOUT = "sessions/2026/03/01/rollout-2026-03-01T10-00-00-0199-ab.jsonl"
LINE = {"timestamp": "2026-03-01T10:00:01Z", "type": "event_msg", "payload": {"type": "error"}}
META = {"timestamp": "2026-03-01T10:00:00Z", "type": "session_meta", "payload": {"id": "s-1"}}
JOB = {"status": "queued", "project_dir": "site", "created_at": "2026-03-01T10:00:00Z"}


def run_keys(visible, entity):
    return [key for (key,) in visible(entity, "_run_key")]


def test_every_line_gets_the_session_that_one_line_names(write, visible):
    load([write(ROLLOUT, [LINE, META, LINE])])

    assert run_keys(visible, "codex_lines") == ["s-1", "s-1", "s-1"]


def test_the_first_session_that_a_file_names_is_its_own(write, visible):
    """A forked session repeats the head of the one it was forked from."""
    fork = {**META, "payload": {"id": "s-2", "forked_from_id": "s-1"}}

    load([write(ROLLOUT, [fork, META, LINE])])

    assert run_keys(visible, "codex_lines") == ["s-2"] * 3


@pytest.mark.parametrize("name", [ROLLOUT, ROLLOUT + ".gz", "0199-ab.jsonl"])
def test_without_such_a_line_the_file_name_counts(write, visible, name):
    load([write(name, [LINE])])

    assert run_keys(visible, "codex_lines") == ["0199-ab"]


def test_a_summary_is_known_by_its_own_id_else_by_its_folder(write, visible):
    summary = {"started_at": "2026-03-01T10:00:00Z", "project_dir": "site", "mode": "2loop"}
    write("run_logs/a/run_summary.json", json.dumps(summary, indent=2).encode())
    path = write("run_logs/b/run_summary.json", [summary | {"run_id": "own"}])

    report = load([path.parent.parent])

    assert {file.source for file in report.files} == {"orchestrator_runs"}
    assert run_keys(visible, "orchestrator_runs") == ["a", "own"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "jobs", [[{"job_id": "a", **JOB}, {"job_id": "b", **JOB}], {"a": JOB, "b": JOB}]
)
def test_each_job_of_a_document_is_a_record(write, visible, jobs, indent):
    """R107: a list or a map by id, on one line or many, found out without naming the source."""
    document = {"version": 2, "updated_at": "2026-03-01T10:00:00Z", "jobs": jobs}

    report = load([write("jobs_state.json", json.dumps(document, indent=indent).encode())])

    assert report.files[0].source == "orchestrator_jobs"
    assert visible("orchestrator_jobs", "_run_key, _line_number") == [("a", 1), ("b", 2)]
    assert all(json.loads(r)["status"] == "queued" for (r,) in visible("orchestrator_jobs"))


def test_a_member_that_is_no_object_is_rejected_alone(write, visible, warehouse):
    document = {"jobs": [{"job_id": "a", **JOB}, "b"]}

    report = load([write("jobs_state.json", [document])])

    assert report.files[0].rejected_rows == 1
    assert run_keys(visible, "orchestrator_jobs") == ["a"]
    assert warehouse("select reason, line_text from raw.rejected_lines") == [
        ("a JSON string, not an object", '"b"')
    ]


def test_a_document_without_members_is_empty(write):
    report = load([write("jobs_state.json", [{"jobs": []}])], source="orchestrator_jobs")

    assert report.files[0].status == "empty"


def test_other_documents_with_such_a_key_are_no_jobs(write, transcript):
    path = write("a.jsonl", [transcript()])
    write("workflow.json", [{"name": "ci", "jobs": {"build": {"runs-on": "linux", "steps": []}}}])

    report = load([path.parent])

    assert [file.status for file in report.files] == ["loaded", "skipped"]


OBSERVATION = {"id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-01-01T10:00:00Z"}
REQUEST = {"request_id": "r", "call_type": "completion", "spend": 0.1, "startTime": "2026-01-01"}


@pytest.mark.parametrize(
    ("record", "source"),
    [
        (OBSERVATION | {"level": "DEFAULT"}, "langfuse_observations"),
        (REQUEST, "litellm_spend_logs"),
    ],
)
@pytest.mark.parametrize("name", ["page.json", "pages.jsonl"])
def test_pages_of_an_api_hold_records(write, visible, record, source, name):
    pages = [{"data": [record, record], "meta": {"page": 1}}, {"data": [record], "total": 3}]
    [file] = load([write(name, pages)]).files
    assert (file.source, file.loaded_rows, file.rejected_rows) == (source, 3, 0)
    assert json.loads(visible(source)[0][0]) == record


def test_an_empty_page_is_empty(write):
    assert load([write("last.json", [{"data": [], "meta": {"page": 4}}])]).count("empty") == 1


@pytest.mark.parametrize("record", [OBSERVATION | {"level": "DEFAULT"}, REQUEST])
def test_a_record_of_no_time_is_rejected(write, warehouse, record):
    timeless = record | {"startTime": "soon"}
    [file] = load([write("a.jsonl", [record, timeless])]).files
    assert (file.loaded_rows, file.rejected_rows) == (1, 1)
    assert warehouse("select reason from raw.rejected_lines") == [
        ("startTime is no timestamp: soon",)
    ]
