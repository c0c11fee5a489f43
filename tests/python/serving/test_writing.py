"""What can be sent to the endpoints: off, from our own page or with a token, one line a file."""

import json
import subprocess

import pytest

from orchestration.loading.contents import Contents
from orchestration.loading.discover import discover
from orchestration.loading.opening import open_records
from orchestration.loading.options import LoadOptions
from orchestration.loading.recognise import find_source
from serving.clients import api_checker
from serving.served import serving

TRACE = {
    "trace_id": "t1",
    "span_name": "answer",
    "duration_ms": 12.5,
    "operation_type": "chat",
    "metadata": {"name": "é\u202e", "n": 1},
}
EXPERIMENT = {"experiment_name": "a b", "hypothesis": "shorter is better", "min_effect": 0.1}
EVALUATION = {"message_id": "m1", "rating": 4, "success": False, "failure_tags": ["tone", "x"]}
COHORT = {"cohort_name": "new", "field": "channel", "operator": "in", "value": "widget"}
PASSWORD = "geheim"


@pytest.fixture(scope="module")
def landing(filled_home):
    return filled_home / "landing" / "accepted"


@pytest.fixture(scope="module")
def accepting(filled_home, tmp_path_factory):
    """Run a server that takes records, with a password."""
    file = tmp_path_factory.mktemp("password") / "password"
    file.write_text(PASSWORD)
    with serving(filled_home, "--accept", "--password-file", str(file)) as server:
        server.http.headers["Authorization"] = f"Bearer {PASSWORD}"
        yield server


def only_record(landing, answer):
    """Return the record that was left, and that nothing else was."""
    assert answer.status_code == 202, answer.text
    (file,) = landing.iterdir()
    assert file.name == answer.json()["accepted"]
    (line,) = file.read_text().splitlines()
    file.unlink()
    return json.loads(line)


def test_it_is_off(served, landing):
    same = {"Origin": served.url}
    for path in ("traces", "experiments"):
        answer = served.http.post(f"/api/analytics/{path}", json=TRACE, headers=same)
        assert answer.status_code == 405
    for path in ("cohorts", "evaluations", "export", "experiments/x"):
        assert served.http.post(f"/api/analytics/{path}", json={}).status_code == 404
    assert not landing.exists()


def test_records_are_what_was_sent(accepting, landing):
    """R093: experiments are created, edited and deleted by a newer row."""
    http = accepting.http
    trace = only_record(landing, http.post("/api/analytics/traces", json=TRACE))
    assert trace.pop("created_at").endswith("Z")
    assert trace == TRACE
    created = only_record(landing, http.post("/api/analytics/experiments", json=EXPERIMENT))
    assert created["status"] == "draft"
    assert created.items() >= EXPERIMENT.items()
    edit = {"status": "running", "owner": "ana", "guardrail_metrics": ["error_share"]}
    edited = only_record(landing, http.put("/api/analytics/experiments/a%20b%2Fc", json=edit))
    assert edited["experiment_name"] == "a b/c"
    assert edited.items() >= edit.items()
    assert edited["hypothesis"] == "", "the newest row is the experiment"
    deleted = only_record(landing, http.delete("/api/analytics/experiments/a%20b"))
    assert (deleted["experiment_name"], deleted["status"]) == ("a b", "deleted")
    assert created["updated_at"] < edited["updated_at"] < deleted["updated_at"]
    evaluation = only_record(landing, http.post("/api/analytics/evaluations", json=EVALUATION))
    assert evaluation.items() >= EVALUATION.items() and evaluation["id"]
    changed = EVALUATION | {"id": evaluation["id"], "rating": 2}
    changed = only_record(landing, http.post("/api/analytics/evaluations", json=changed))
    assert (changed["id"], changed["rating"]) == (evaluation["id"], 2)
    assert evaluation["updated_at"] < changed["updated_at"]
    cohort = only_record(landing, http.post("/api/analytics/cohorts", json=COHORT))
    assert cohort.items() >= COHORT.items()


def test_loading_knows_the_records(accepting, landing):
    """R093: what was sent is of the right source."""
    http = accepting.http
    sent = {
        "chat_traces": http.post("/api/analytics/traces", json=TRACE),
        "chat_evaluations": http.post("/api/analytics/evaluations", json=EVALUATION),
        "experiments": http.post("/api/analytics/experiments", json=EXPERIMENT),
        "cohorts": http.post("/api/analytics/cohorts", json=COHORT),
    }
    deleted = http.delete("/api/analytics/experiments/x")
    expected = {answer.json()["accepted"]: name for name, answer in sent.items()}
    expected[deleted.json()["accepted"]] = "experiments"
    found = {}
    for file in discover([landing]).files:
        with Contents(file.path, file.name) as contents:
            head = open_records(file, contents, contents.text()).head
            found[file.path.name] = find_source(file, head, LoadOptions()).name
        file.path.unlink()
    assert found == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**TRACE, "trace_id": ""}, "trace_id"),
        ({**TRACE, "duration_ms": -1}, "duration_ms"),
        ({**TRACE, "duration_ms": True}, "duration_ms"),
        ({**TRACE, "duration_ms": 10**400}, "duration_ms"),
        ({**TRACE, "duration_ms": "12"}, "duration_ms"),
        ({**TRACE, "metadata": []}, "metadata"),
        ({**TRACE, "path": "../../x"}, "path"),
        ({**TRACE, "span_name": "a\0"}, "span_name"),
        ({**TRACE, "span_name": "x" * 20_000}, "span_name"),
        ({name: TRACE[name] for name in ("trace_id", "span_name")}, "duration_ms"),
        ([TRACE], "body"),
        ("x", "body"),
    ],
)
def test_what_is_not_valid_is_refused(accepting, landing, body, field):
    answer = accepting.http.post("/api/analytics/traces", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not list(landing.glob("*"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rating": 6}, "rating"),
        ({"rating": 0}, "rating"),
        ({"success": "yes"}, "success"),
        ({"success": 1}, "success"),
        ({"failure_tags": "tone"}, "failure_tags"),
        ({"message_id": ""}, "message_id"),
        (None, "body"),
    ],
)
def test_an_evaluation_that_is_not_valid_is_refused(accepting, landing, changes, field):
    body = {"message_id": "m1"} if changes is None else EVALUATION | changes
    answer = accepting.http.post("/api/analytics/evaluations", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not list(landing.glob("*"))


@pytest.mark.parametrize("text", ["", "{", '{"duration_ms": NaN}', "[" * 100_000, "\xff"])
def test_what_is_no_json_is_refused(accepting, landing, text):
    kind = {"Content-Type": "application/json"}
    answer = accepting.http.post(
        "/api/analytics/traces", content=text.encode("latin-1"), headers=kind
    )
    assert answer.status_code == 422
    assert not list(landing.glob("*"))


def test_other_kinds_and_long_bodies_are_refused(accepting, landing):
    post = accepting.http.post
    form = post("/api/analytics/traces", data={"trace_id": "t"})
    assert form.status_code == 415, "what a form of another page can send"
    kind = {"Content-Type": "application/json"}
    assert post("/api/analytics/traces", content=b" " * 1_100_000, headers=kind).status_code == 413
    assert not list(landing.glob("*"))


def test_without_a_password_only_its_own_page_may_send(filled_home, landing):
    with serving(filled_home, "--accept") as server:
        path = "/api/analytics/traces"
        assert server.http.post(path, json=TRACE).status_code == 403
        foreign = {"Origin": "http://evil.example"}
        assert server.http.post(path, json=TRACE, headers=foreign).status_code == 403
        same = {"Origin": server.url}
        only_record(landing, server.http.post(path, json=TRACE, headers=same))


def test_with_a_password_it_has_to_be_sent(accepting, landing):
    headers = {"Authorization": "", "Origin": accepting.url}
    answer = accepting.http.post("/api/analytics/traces", json=TRACE, headers=headers)
    assert answer.status_code in (401, 403)
    assert not list(landing.glob("*"))


def test_an_export_is_written_and_can_be_downloaded(page_home):
    """R101: the answer has the document's six keys."""
    asked = {"format": "json", "exportType": "timeseries", "startDate": "2026-03-01T00:00:00Z"}
    asked |= {"endDate": "2026-03-31", "includedMetrics": ["success_evaluation_count"]}
    with serving(page_home, "--accept") as server:
        server.http.headers["Origin"] = server.url
        answer = server.http.post("/api/analytics/export", json=asked)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert list(said) == [
            *("success", "exportId", "downloadUrl", "fileName", "fileSize", "expiresAt")
        ]
        file = server.http.get(said["downloadUrl"])
        assert (file.status_code, len(file.content)) == (200, said["fileSize"])
        assert len(file.json()["timeseries"]) == 31
        for wrong in ({"startDate": "soon"}, {"endDate": "2020-01-01"}, {"format": "report"}):
            answer = server.http.post("/api/analytics/export", json=asked | wrong)
            assert (answer.status_code, list(answer.json())) == (422, ["error"])
        report = asked | {"format": "report", "exportType": "complete"}
        said = server.http.post("/api/analytics/export", json=report).json()
        assert "<h2>Savings</h2>" in server.http.get(said["downloadUrl"]).text
        unknown = server.http.post("/api/analytics/export", json=asked | {"format": "pdf"})
        assert unknown.json()["field"] == "format"


def test_schemathesis_finds_nothing(accepting, landing):
    done = subprocess.run(
        [
            *(api_checker(), "run", f"{accepting.url}/api/openapi.json"),
            *("--header", f"Authorization: Bearer {PASSWORD}", "--max-examples", "20"),
            *(
                "--phases",
                "examples,coverage,fuzzing",
                "--include-path-regex",
                "traces|cohorts|evaluations|ents",
            ),
            *("--exclude-checks", "positive_data_acceptance"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    for file in landing.iterdir():
        json.loads(file.read_text())
        file.unlink()
