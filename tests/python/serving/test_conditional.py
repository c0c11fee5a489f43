"""Answers that browsers keep: packed, asked for again, and for how long."""

import gzip

import pytest

PLAIN = {"Accept": "text/html", "Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", ["/", "/static/page.css", "/runs/run%2F20%20%3F%26%23"])
def test_it_is_sent_again_only_when_it_changed(page_server, path):
    whole = page_server.http.get(path, headers=PLAIN)
    assert whole.headers["Cache-Control"] == "private, no-cache"
    tag = whole.headers["ETag"]
    again = page_server.http.get(path, headers=PLAIN | {"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    changed = page_server.http.get(path, headers=PLAIN | {"If-None-Match": '"other"'})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("br", False),
        ("", False),
    ],
)
def test_it_is_packed_for_who_can_unpack_it(page_server, accepted, is_packed):
    headers = PLAIN | {"Accept-Encoding": accepted}
    whole = page_server.http.get("/static/page.css", headers=PLAIN).content
    with page_server.http.stream("GET", "/static/page.css", headers=headers) as answer:
        assert (answer.headers.get("Content-Encoding") == "gzip") is is_packed
        assert answer.headers["Vary"] == "Accept-Encoding"
        body = b"".join(answer.iter_raw())
    assert len(body) == int(answer.headers["Content-Length"])
    assert (gzip.decompress(body) if is_packed else body) == whole


def test_document_es_answers_are_kept_five_minutes(page_server):
    """R102: the others are asked for again each time."""
    chat = page_server.http.get("/api/analytics/model-comparison")
    assert chat.headers["Cache-Control"] == "private, max-age=300"
    summary = page_server.http.get("/api/analytics/exports")
    assert summary.headers["Cache-Control"] == "private, no-cache"
    wrong = page_server.http.get("/api/analytics/data?period=year")
    assert (wrong.status_code, wrong.headers["Cache-Control"]) == (422, "no-store")


def test_only_the_metrics_that_are_asked_for(page_server):
    """R102: document E names the days startDate and endDate, as moments."""
    days = {"startDate": "2026-03-01T10:00:00.000Z", "endDate": "2026-03-05T00:00:00Z"}
    asked = {"metrics": "latency,tokens", **days}
    data = page_server.http.get("/api/analytics/data", params=asked).json()["data"]
    assert data["timeRange"] == {"start": "2026-03-01", "end": "2026-03-05"}
    assert list(data["metrics"]) == ["tokenUsage", "latency"]
    assert len(data["metrics"]["latency"]) == 5
    every = page_server.http.get("/api/analytics/data", params=days).json()["data"]
    assert len(every["metrics"]) == 6
    mixed = page_server.http.get("/api/analytics/data", params={"startDate": "2026-03-01"})
    assert mixed.status_code == 422
