"""The protocol: formats, headers, parameters, sessions, errors, access."""

import json

import pytest

from orchestration.serving.errors import QueryError, from_engine, http_status
from orchestration.serving.names import FORMATS

SUMMARY = {
    *("read_rows", "read_bytes", "written_rows", "written_bytes", "total_rows_to_read"),
    *("result_rows", "result_bytes", "elapsed_ns"),
}


def get(served, sql, **params):
    return served.http.get("/", params={"query": sql, **params})


def test_a_result_has_clickhouses_headers(served):
    answer = get(served, "select number from numbers(3)", query_id="mine")
    assert answer.text == "0\n1\n2\n"
    headers = answer.headers
    assert headers["X-ClickHouse-Query-Id"] == "mine"
    assert headers["X-ClickHouse-Format"] == "TabSeparated"
    assert headers["X-ClickHouse-Timezone"] == "UTC"
    assert headers["Content-Type"] == "text/tab-separated-values; charset=UTF-8"
    assert len(headers["X-ClickHouse-Exception-Tag"]) == 16
    summary = json.loads(headers["X-ClickHouse-Summary"])
    assert summary.keys() == SUMMARY
    assert all(isinstance(value, str) for value in summary.values())
    assert (summary["result_rows"], summary["result_bytes"]) == ("3", "6")


def test_statements_without_rows_have_no_format(served):
    answer = get(served, "set max_threads = 1")
    assert (answer.status_code, answer.text) == (200, "")
    assert "X-ClickHouse-Format" not in answer.headers


@pytest.mark.parametrize("path", ["/ping", "/replicas_status", "/"])
def test_without_a_query_the_answer_is_ok(served, path):
    assert served.http.get(path).text == "Ok.\n"


def test_the_query_is_in_the_url_and_the_body(served):
    answer = served.http.post("/", params={"query": "select 1 as a,"}, content=b"2 as b")
    assert answer.text == "1\t2\n"
    assert served.http.post("/any/path", content=b"select 3").text == "3\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"params": {"default_format": "CSV"}}, '1,"a"\n'),
        ({"headers": {"X-ClickHouse-Format": "JSONCompactEachRow"}}, '[1, "a"]\n'),
        ({}, "1\ta\n"),
    ],
)
def test_the_default_format(served, options, expected):
    assert served.ask("select 1, 'a'", **options).text == expected
    named = served.ask("select 1 as x format TSVWithNames", **options)
    assert named.text == "x\n1\n"
    assert named.headers["X-ClickHouse-Format"] == "TSVWithNames"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_holds_rows_and_none(served, name):
    value = "1 as value" if name == "prometheus" else "id"
    extra = "'m' as name, " if name == "prometheus" else ""
    if name == "npy":
        value = "toInt32(1) as value"
    for rows in (0, 3):
        answer = served.ask(f"select {extra}{value} from types limit {rows} format {name}")
        assert answer.status_code == 200, answer.text


def test_every_type_in_formats_of_tools(served):
    for name in (
        "CSVWithNames",
        "JSON",
        "Parquet",
        "Arrow",
        "RowBinaryWithNamesAndTypes",
        "Native",
    ):
        answer = served.ask(f"select * except large from types format {name}")
        assert answer.status_code == 200, f"{name}: {answer.text}"
    rows = served.ask("select usd, odd_float, at, pair from types limit 2 format JSON").json()[
        "data"
    ]
    assert rows[0]["at"] == "2026-01-02 03:04:05.678901"


def test_long_results_are_whole(served):
    answer = served.ask("select number, repeat('x', 100) from numbers(100000) format CSV")
    assert len(answer.content) > 10_000_000
    assert answer.text.count("\n") == 100_000
    json.loads(served.ask("select number from numbers(300000) format JSON").text)


@pytest.mark.parametrize(
    ("sql", "value", "expected"),
    [
        ("select {p:UInt8} + 1", "3", "4"),
        (
            "select {p:String}",
            "it's; \\t/* */",
            "it's; \t/* */".replace("\t", "\\t").replace("'", "\\'"),
        ),
        ("select {p:Nullable(String)} is null", "\\N", "1"),
        ("select {p:Array(String)}", "['a','b']", "['a','b']"),
        ("select count() from {p:Identifier}", "alert_rules", "3"),
        ("select {p:DateTime} as t", "2026-01-02 03:04:05", "2026-01-02 03:04:05"),
    ],
)
def test_parameters_are_bound(served, sql, value, expected):
    answer = get(served, sql, param_p=value, database="reference")
    assert answer.text == expected + "\n", answer.text


def test_parameters_cannot_name_what_is_not_served(served):
    answer = get(
        served, "select * from {d:Identifier}.{t:Identifier}", param_d="system", param_t="users"
    )
    assert answer.status_code == 403


def test_a_form_holds_the_query_and_parameters(served):
    form = {"query": (None, "select {a:UInt8} as a"), "param_a": (None, "7")}
    assert served.http.post("/", files=form).text == "7\n"
    table = {"query": (None, "select * from t"), "t": ("t.csv", "1"), "t_format": (None, "CSV")}
    assert served.http.post("/", files=table).status_code == 501


def test_settings_shape_the_answer(served):
    sql = "select b.id from numbers(1) a left join (select 9 as id) b on a.number = b.id"
    assert get(served, sql).text == "0\n"
    assert get(served, sql, join_use_nulls="1").text == "\\N\n"
    assert served.ask(sql + " settings join_use_nulls = 1").text == "\\N\n"
    zone = get(served, "select toDateTime(0)", session_timezone="Europe/Berlin")
    assert zone.text == "1970-01-01 01:00:00\n"
    assert get(served, "select id from types order by id", limit="2", offset="1").text == "1\n2\n"


def test_what_is_harmless_is_accepted_and_ignored(served):
    ignored = {
        "allow_experimental_analyzer": "1",
        "select_sequential_consistency": "1",
        "log_comment": "superset",
        "workload": "x",
        "format_schema": "/etc/passwd",
        "role": "admin",
        "quota_key": "x",
        "output_format_schema": "/tmp/tokenhouse_refused",
        "SQL_custom": "x",
    }
    assert get(served, "select 1", **ignored).text == "1\n"
    unknown = get(served, "select 1", nonsense="1")
    assert (unknown.status_code, unknown.headers["X-ClickHouse-Exception-Code"]) == (404, "115")


def test_filters_of_tables_are_applied(served):
    filters = "{'marts.types':'id < 3'}"
    assert get(served, "select count() from types", additional_table_filters=filters).text == "3\n"
    hostile = "{'marts.types':'length(file(\\'/etc/hostname\\')) > 0'}"
    answer = get(served, "select count() from types", additional_table_filters=hostile)
    assert answer.status_code == 403


def test_a_session_remembers(served):
    first = get(served, "set join_use_nulls = 1, param_x = 5", session_id="s1")
    assert first.status_code == 200
    assert (
        get(served, "select getSetting('join_use_nulls'), {x:UInt8}", session_id="s1").text
        == "true\t5\n"
    )
    assert get(served, "use reference", session_id="s1").status_code == 200
    assert get(served, "select currentDatabase()", session_id="s1").text == "reference\n"
    assert get(served, "select currentDatabase()").text == "marts\n"
    get(served, "select 1", session_id="s1", close_session="1")
    gone = get(served, "select 1", session_id="s1", session_check="1")
    assert gone.headers["X-ClickHouse-Exception-Code"] == "372"


@pytest.mark.parametrize(
    ("sql", "code", "status"),
    [
        ("selec 1", 62, 400),
        ("select nothing", 47, 404),
        ("select * from nothing", 60, 404),
        ("select * from nowhere.nothing", 81, 404),
        ("select nofunction(1)", 46, 404),
        ("select toUInt8('x')", 6, 400),
        ("select throwIf(1)", 395, 500),
        ("select 1 format Nothing", 73, 404),
        ("drop table marts.types", 497, 403),
        ("", 62, 400),
    ],
)
def test_errors_have_clickhouses_code_and_status(served, sql, code, status):
    answer = served.ask(sql)
    assert (answer.headers["X-ClickHouse-Exception-Code"], answer.status_code) == (
        str(code),
        status,
    )
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert answer.text.count("Code: ") == 1
    assert "(version 2" in answer.text
    assert "X-ClickHouse-Format" not in answer.headers


def test_an_error_after_the_first_rows_is_an_error(served):
    sql = "select throwIf(number = 250000) from numbers(300000) settings max_block_size = 1000"
    assert served.ask(sql).status_code == 500


def test_nested_messages_of_the_engine_are_said_once():
    error = from_engine(
        "Code: 164. DB::Exception: Code: 164. DB::Exception: Cannot modify 'x' setting in readonly "
        "mode. (READONLY) (version 26.9.2.1). (READONLY)"
    )
    assert (error.code, error.name) == (164, "READONLY")
    assert error.message == "Cannot modify 'x' setting in readonly mode."
    assert http_status(999_999) == 500
    assert (
        QueryError(497, "no").text("1").startswith("Code: 497. DB::Exception: no (ACCESS_DENIED)")
    )
