"""The documents' endpoints."""

import base64
import json
import subprocess
import sys
from urllib.parse import quote

import pytest

from orchestration.serving.endpoints import ENDPOINTS
from orchestration.serving.insights import CATEGORIES, DAYS, SEVERITIES
from orchestration.serving.openapi import openapi
from serving.clients import api_checker
from serving.endpoint_rows import SESSION
from serving.served import ROWS, environment, fill, serving

DASHBOARD = {
    "summary": {"total_runs": 3},
    "projects": [{"project_name": "a"}],
    "models": [],
    "timeseries": {"daily": []},
    "qa": {"pass_rate": 0.5},
    "export/json": {
        "summary": {
            **dict.fromkeys(
                (
                    *("total_runs", "total_jobs", "total_tokens", "total_cost"),
                    *("avg_cost_per_run", "avg_duration_seconds", "runs_2loop", "runs_3loop"),
                    *("jobs_completed", "jobs_failed", "jobs_cancelled"),
                    *("jobs_running", "jobs_queued", "current_month_cost"),
                ),
                0,
            ),
            "qa_summary": dict.fromkeys(
                (
                    *("total_qa_runs", "qa_passed", "qa_warning", "qa_failed", "qa_error"),
                    *("qa_not_run", "pass_rate"),
                ),
                0,
            ),
            "monthly_budget": None,
            "budget_remaining": None,
            "generated_at": "2026-01-02T03:04:05.000Z",
        },
        "projects": [],
        "models": [
            {"model_name": "=m", "total_tokens": 7, "total_cost": 1.23456, "usage_count": 2}
        ],
        "timeseries": [],
    },
}
ID = 'it\'s/a \\ "session"'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("endpoints")
    fill(home)
    document = json.dumps(DASHBOARD["export/json"])
    subprocess.run([sys.executable, "-c", SESSION, ID, document], env=environment(home), check=True)
    with serving(home) as started:
        yield started


def get(server, session_id, **params):
    return server.http.get(f"/api/analytics/session/{quote(session_id, safe='')}", params=params)


def test_a_session_has_the_keys_of_both_documents(server):
    answer = get(server, ID)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "session_id": "s",
        "cost": 1,
        "alerts": [],
        "baselines": {"genus": None, "global": 0.5},
    }
    assert get(server, ID, source="otel").json()["cost"] == 2


@pytest.mark.parametrize("name", DASHBOARD)
def test_the_dashboards_answers_are_those_of_its_view(server, name):
    answer = server.http.get(f"/api/analytics/{name}")
    assert (answer.status_code, answer.json()) == (200, DASHBOARD[name])
    disposition = answer.headers.get("Content-Disposition")
    assert disposition == ('attachment; filename="analytics.json"' if "/" in name else None)


INSIGHTS = "/api/v1/analytics/insights"


def test_document_ds_answers_and_their_defaults(server):
    """R069, R079: seven days for the summary and the list, thirty for the report."""
    assert server.http.get(f"{INSIGHTS}/summary").json() == {"total_insights": 7}
    report = server.http.get(f"{INSIGHTS}/report").json()
    assert report["days"] == 30
    assert report["insights"][0]["recommendations"] == ["r"]
    assert "cost_forecast" in report
    plain = {"include_recommendations": "false", "include_forecasts": "false", "org_id": "acme"}
    report = server.http.get(f"{INSIGHTS}/report", params=plain).json()
    assert "cost_forecast" not in report
    assert report["insights"] == [{"title": "t"}]
    assert report["optimization_opportunities"] == [{}]


@pytest.mark.parametrize(
    ("params", "severities"),
    [
        ({}, ["critical", "warning", "info"]),
        ({"category": "cost"}, ["warning", "info"]),
        ({"category": "cost", "severity": "info"}, ["info"]),
        ({"pipeline_id": "v"}, ["critical"]),
        ({"org_id": "acme"}, []),
        ({"days": "30"}, []),
    ],
)
def test_insights_are_filtered(server, params, severities):
    """R064, R079: by category, severity, pipeline, organization and days; the gravest first."""
    answer = server.http.get(INSIGHTS, params=params)
    assert answer.status_code == 200, answer.text
    assert [insight["severity"] for insight in answer.json()] == severities
    for insight in answer.json():
        assert insight["data"] == {"value": 1}
        assert insight["recommendations"] == ["do"]
        assert insight["period"] == {"start": "2026-03-02", "end": "2026-03-08"}


@pytest.mark.parametrize(
    ("path", "name", "value", "allowed"),
    [
        ("", "category", "money", list(CATEGORIES)),
        ("", "severity", "bad", list(SEVERITIES)),
        ("", "days", "8", list(DAYS)),
        ("/report", "include_forecasts", "perhaps", ["true", "false"]),
        ("/summary", "org_id", "nobody", ["default", "acme"]),
        ("", "org_id", "nobody", ["default", "acme"]),
        ("", "pipeline_id", "nothing", ["v", "w"]),
    ],
)
def test_unknown_filters_are_refused_with_what_is_allowed(server, path, name, value, allowed):
    """R079: a filter that nothing can have is an error, no empty answer."""
    answer = server.http.get(f"{INSIGHTS}{path}", params={name: value})
    assert answer.status_code == 422
    assert (answer.json()["field"], answer.json()["allowed"]) == (name, allowed)


def test_the_dashboard_as_csv(server):
    """R057: the sections of the export, as a file; no text in it begins a formula."""
    answer = server.http.get("/api/analytics/export/csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="analytics.csv"'
    lines = answer.text.split("\r\n")
    assert lines[:3] == ["OVERALL SUMMARY", "Metric,Value", "Total Runs,0"]
    assert lines[-2:] == ["'=m,7,1.2346,2", ""]


def test_what_was_exported_is_listed(server):
    """R101: the history, under document E's names."""
    listed = server.http.get("/api/analytics/exports").json()
    assert len(listed) == ROWS
    assert {
        *("exportId", "downloadUrl", "fileName", "fileSize", "expiresAt", "includedMetrics"),
        *("format", "exportType"),
    } <= set(listed[0])


def test_a_session_without_a_row(server):
    answer = get(server, "nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "No analytics found"})
    assert get(server, "' or 1 = 1 --").status_code == 404


def test_errors_have_one_shape(server):
    wrong = get(server, ID, days="7")
    assert wrong.status_code == 422
    assert wrong.json() == {
        "error": "days: there is no such parameter",
        "field": "days",
        "allowed": ["session_id", "source"],
    }
    assert get(server, "x" * 2000).status_code == 422
    unknown = server.http.get("/api/nothing")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "There is no such endpoint."})
    foreign = server.http.get("/api/openapi.json", headers={"Origin": "http://evil.example"})
    assert (foreign.status_code, list(foreign.json())) == (403, ["error"])


def test_the_description_is_that_of_the_declarations(server):
    described = server.http.get("/api/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    assert described["paths"].keys() == {endpoint.path for endpoint in ENDPOINTS}
    assert described["paths"] == json.loads(json.dumps(openapi("0")["paths"]))


def test_other_methods_and_odd_ids_are_answered_in_json(server):
    put = server.http.put("/api/analytics/summary")
    assert (put.status_code, put.headers["Allow"], list(put.json())) == (405, "GET", ["error"])
    assert get(server, "line\nend\t\u202e").json() == {"error": "No analytics found"}


def test_schemathesis_finds_nothing(server):
    done = subprocess.run(
        [
            *(api_checker(), "run", f"{server.url}/api/openapi.json"),
            *("--max-examples", "50", "--phases", "examples,coverage,fuzzing"),
            # Which organizations and pipelines there are is in the data, not in the schema.
            *("--exclude-checks", "positive_data_acceptance"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_password_may_be_a_token(filled_home, tmp_path):
    file = tmp_path / "password"
    file.write_text("geheim")
    with serving(filled_home, "--password-file", str(file)) as locked:
        path = "/api/analytics/session/x"
        missing = locked.http.get(path)
        assert missing.status_code == 401
        assert missing.headers["WWW-Authenticate"]
        basic = base64.b64encode(b"a:geheim").decode()
        for good in ("Bearer geheim", f"Basic {basic}"):
            assert locked.http.get(path, headers={"Authorization": good}).status_code == 404
        assert locked.http.get(path, headers={"Authorization": "Bearer no"}).status_code == 403


def test_before_the_first_build(tmp_path):
    with serving(tmp_path) as empty:
        answer = empty.http.get("/api/analytics/session/x")
        assert answer.status_code == 503
        assert "Nothing to read yet" in answer.json()["error"]
