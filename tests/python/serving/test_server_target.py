"""Page and endpoints on a ClickHouse server, which a stand-in plays."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from orchestration import settings
from serving.served import environment, serving

STAND_IN = settings.project_dir() / "tests" / "python" / "warehouse" / "http_front.py"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory):
    """Run the stand-in, with the environment that points at it."""
    folder = tmp_path_factory.mktemp("clickhouse")
    process = subprocess.Popen(
        [sys.executable, STAND_IN, folder / "server", folder / "log"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = process.stdout.readline().strip()
        address = {
            "TOKENHOUSE_TARGET": "server",
            "CLICKHOUSE_HOST": "127.0.0.1",
            "CLICKHOUSE_PORT": port,
            "CLICKHOUSE_USER": "tester",
            "CLICKHOUSE_PASSWORD": "secret",
        }
        yield SimpleNamespace(environment=address, home=folder / "home")
    finally:
        process.kill()
        process.communicate()


def test_page_and_endpoints_are_those_of_the_embedded_warehouse(clickhouse, page_server):
    clickhouse.home.mkdir()
    with serving(clickhouse.home, extra=clickhouse.environment) as server:
        first = server.http.get("/", headers=HTML).text
        assert "Nothing to read yet" in first, first[-400:]
        fill = "from serving.page_warehouse import make; make(False)"
        subprocess.run(
            [sys.executable, "-c", fill],
            env=environment(clickhouse.home)
            | clickhouse.environment
            | {"PYTHONPATH": "tests/python"},
            cwd=settings.project_dir(),
            check=True,
        )
        for path in ("/?days=30", "/?days=7&model=model-1", "/runs/run%2F20%20%3F%26%23"):
            ours = without_snapshot(server.http.get(path, headers=HTML).text)
            assert ours == without_snapshot(page_server.http.get(path, headers=HTML).text)
        path = "/api/analytics/model-comparison?range=30d"
        assert server.http.get(path).json() == page_server.http.get(path).json()
        assert server.http.get("/snapshot").json()["id"]
        elsewhere = server.http.post("/x", content="select 1")
        assert elsewhere.status_code == 404
        assert "send queries to that server itself" in elsewhere.text
        assert server.http.get("/ping").text == "Ok.\n"
        injected = server.http.get("/", params={"model": "' or 1=1 --"}, headers=HTML)
        assert "Nothing was spent in this period" in injected.text


def test_a_server_that_is_away_is_one_sentence(tmp_path):
    address = {"TOKENHOUSE_TARGET": "server", "CLICKHOUSE_HOST": "127.0.0.1"}
    with serving(tmp_path, extra=address | {"CLICKHOUSE_PORT": "9"}) as server:
        assert "No ClickHouse server answers" in server.http.get("/", headers=HTML).text
        answer = server.http.get("/api/analytics/summary")
        assert answer.status_code == 503


def without_snapshot(text):
    head, _, rest = text.partition(' data-snapshot="')
    return head + rest.partition('"')[2]
