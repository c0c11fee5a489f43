"""Files that are given out, and what is switched off."""

from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from orchestration import settings
from orchestration.exporting import Export, Series
from orchestration.exporting.ledger import keep
from orchestration.serving.api import api_routes
from orchestration.serving.page.routes import page_routes


def test_downloads_end(served, monkeypatch):
    """R101: a file that was exported is given out until it expires, and then it is gone."""
    monkeypatch.setenv("TOKENHOUSE_HOME", str(served.home))
    asked = {"export_format": "csv", "export_type": "overview", "series": Series()}
    old = keep(Export(b"old", 1), "old.csv", **asked, now=datetime(2020, 1, 1, tzinfo=UTC))
    new = keep(Export(b"new", 1), 'new "one".csv', **asked)
    answer = served.http.get(f"/api/analytics/download/{new.export_id}")
    assert (answer.status_code, answer.content) == (200, b"new")
    assert "attachment" in answer.headers["Content-Disposition"]
    gone = served.http.get(f"/api/analytics/download/{old.export_id}")
    assert gone.status_code == 410
    assert gone.json() == {"error": "The download of old.csv ended on 2020-01-31."}
    assert not (served.home / "exports" / old.export_id / "old.csv").exists()
    for nothing in (
        "x",
        "../../clickhouse",
        old.export_id[:-1],
        f"{new.export_id}/../{new.export_id}",
    ):
        path = f"/api/analytics/download/{quote(nothing, safe='')}"
        assert served.http.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/api/analytics/summary", "/api/analytics/download/x", "/"])
def test_analytics_can_be_switched_off(monkeypatch, path):
    """R058: page and endpoints answer 404 where the var `analytics` says so; nothing is asked."""
    variables = settings.project_vars() | {"analytics": {"enabled": False}}
    monkeypatch.setattr(settings, "project_vars", lambda: variables)
    access = SimpleNamespace(check_browser=lambda _: None, check_password=lambda _: None)
    _, page = page_routes(None, access)
    routes = [*api_routes(None, access), *page, Route("/", page[0].endpoint.__self__.page)]
    answer = TestClient(Starlette(routes=routes)).get(path)
    assert answer.status_code == 404
    assert "analytics is disabled" in answer.text
