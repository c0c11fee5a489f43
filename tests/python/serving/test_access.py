"""Who may ask, and what they see: Host, Origin, password, databases, the log."""

import base64
import socket

import pytest

from serving.served import serving


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "127.0.0.1@evil.example"},
        {"Host": "localhost, evil.example"},
        {"Host": "2130706433"},
        {"Host": "[::1].evil.example"},
        {"Host": "[::1"},
        {"Host": "localhost:80@evil.example"},
        {"Host": "localhost:evil.example"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/ping"])
def test_requests_from_other_pages_are_refused(served, headers, path):
    answer = served.http.get(path, params={"query": "select 1"}, headers=headers)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_request_with_two_hosts_is_refused(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        ours, other = f"Host: 127.0.0.1:{served.port}", "Host: evil.example"
        lines = ["GET /?query=select+1 HTTP/1.1", ours, other, "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(1000).split()[1] in (b"400", b"403")


@pytest.mark.parametrize("query_id", ["a\r\nSet-Cookie: x=1", "a\0b", "€", "x" * 300])
def test_a_query_id_is_what_a_header_can_hold(served, query_id):
    answer = served.http.get("/", params={"query": "select 1", "query_id": query_id})
    assert answer.status_code == 400
    assert answer.headers["X-ClickHouse-Exception-Code"] == "36"
    assert "Set-Cookie" not in answer.headers


def test_what_a_client_calls_itself_is_one_word_of_the_log(served):
    served.http.get("/", params={"query": "select 1", "user": "me\n2026 somebody else €"})
    assert "me\\n2026 somebody else \\u20ac " in served.log.read_text()


def test_the_same_origin_is_welcome(served):
    names = ("localhost", "127.0.0.1", "LocalHost", "[::1]")
    for host in (f"{name}:{served.port}" for name in names):
        headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert served.http.get("/", params={"query": "select 1"}, headers=headers).text == "1\n"


def test_the_name_of_the_machine_is_not_answered(served):
    machine = socket.gethostname()
    for sql in (
        "select displayName()",
        "select `displayName` ( ) as a",
        "select upper(displayName())",
    ):
        said = served.ask(sql).text
        assert said.lower() == "tokenhouse\n" and machine not in said


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(served, method):
    assert served.http.request(method, "/", params={"query": "select 1"}).status_code == 501


def test_a_password_is_asked_for(filled_home, tmp_path):
    file = tmp_path / "password"
    file.write_text("geheim\n")
    basic = base64.b64encode(b"anyone:geheim").decode()
    with serving(filled_home, "--password-file", str(file)) as served:
        params = {"query": "select 1"}
        missing = served.http.get("/", params=params)
        assert missing.status_code == 401
        assert missing.headers["WWW-Authenticate"] == 'Basic realm="ClickHouse server HTTP API"'
        assert missing.headers["X-ClickHouse-Exception-Code"] == "194"
        for good in (
            {"headers": {"Authorization": f"Basic {basic}"}},
            {"headers": {"X-ClickHouse-User": "default", "X-ClickHouse-Key": "geheim"}},
            {"params": {"user": "default", "password": "geheim"}},
        ):
            options = {**good, "params": params | good.get("params", {})}
            assert served.http.get("/", **options).text == "1\n"
        for bad in (
            {"headers": {"Authorization": "Basic " + base64.b64encode(b"a:b").decode()}},
            {"headers": {"Authorization": "Basic ???"}},
            {"headers": {"Authorization": "Bearer geheim"}},
            {"headers": {"X-ClickHouse-Key": "nope"}},
        ):
            answer = served.http.get("/", params=params, **bad)
            assert answer.status_code == 403
            assert "geheim" not in answer.text
        assert served.http.get("/ping").text == "Ok.\n"


def test_only_what_is_served_is_in_the_clone(served, filled_home):
    names = {row[0] for row in served.rows("select name from system.databases")}
    assert {"marts", "reference"} <= names
    assert "raw" not in names
    assert served.ask("select * from raw.texts").status_code == 404
    with serving(filled_home, "--database", "raw") as other:
        assert other.ask("select * from raw.texts").text == "a secret text\n"


def test_the_log_has_no_query_text(served):
    served.ask("select 'a very secret word'")
    log = served.log.read_text()
    assert "select" in log
    assert "secret word" not in log
