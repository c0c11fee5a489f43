"""Anyone's logs: CSV, Parquet and JSON under the conformed names, renamed, completed, checked."""

import json

import pytest

from orchestration.errors import BadInputError
from orchestration.loading import load
from orchestration.loading.csv_rows import header_of


def records(rows):
    return [json.loads(record) for (record,) in rows]


@pytest.fixture
def rejected(warehouse):
    def lines():
        return warehouse(
            "select _line_number, reason, line_text from raw.rejected_lines order by _line_number"
        )

    return lines


def test_an_azure_trace(write, visible):
    """7-decimal timestamps, a byte order mark, no line feed at the end."""
    path = write(
        "trace.csv.gz",
        b"\xef\xbb\xbfTIMESTAMP,ContextTokens,GeneratedTokens\r\n"
        b"2023-11-16 18:17:03.9799600,4808,10\r\n2023-11-16 18:17:04.0319600,3180,8",
    )

    report = load(
        [path],
        mapping={
            "TIMESTAMP": "called_at",
            "ContextTokens": "input_tokens",
            "GeneratedTokens": "output_tokens",
        },
        constants={"model": "gpt-4", "provider": "azure"},
    )

    assert (report.files[0].source, report.loaded_rows) == ("generic_calls", 2)
    assert records(visible("generic_calls"))[0] == {
        "called_at": "2023-11-16 18:17:03.9799600",
        "input_tokens": "4808",
        "output_tokens": "10",
        "model": "gpt-4",
        "provider": "azure",
    }


def test_relative_milliseconds_and_other_keys_are_kept(write, visible):
    """As in the Mooncake trace."""
    path = write("trace.jsonl", [{"timestamp": 0, "input_length": 6755, "hash_ids": [0, 1]}])

    load(
        [path],
        mapping={"timestamp": "called_at_ms", "input_length": "input_tokens"},
        constants={"model": "kimi"},
    )

    assert records(visible("generic_calls")) == [
        {"called_at_ms": 0, "input_tokens": 6755, "hash_ids": [0, 1], "model": "kimi"}
    ]


def test_nested_keys_can_be_mapped(write, visible, call):
    path = write("a.jsonl", [call(1, usage={"total": {"in": 7}}), call(2)])

    load([path], mapping={"usage.total.in": "input_tokens"})

    first, second = records(visible("generic_calls"))
    assert (first["input_tokens"], first["usage"]) == (7, {"total": {"in": 7}})
    assert "input_tokens" not in second


def test_a_key_whose_name_is_given_away_is_kept(write, visible, call):
    path = write("a.jsonl", [call(1, engine="real", status="x"), call(2)])

    load([path], mapping={"engine": "model"}, constants={"status": "ok"})

    first, second = records(visible("generic_calls"))
    assert (first["model"], first["unmapped_model"]) == ("real", "gpt-4o")
    assert (first["status"], first["unmapped_status"]) == ("ok", "x")
    assert (second["model"], second["status"]) == ("gpt-4o", "ok")


def test_records_without_options_stay_as_written(write, visible):
    line = '{"model":"m",  "called_at":"2026-01-01", "cost_usd":1.50}'

    load([write("a.jsonl", [line])])

    assert visible("generic_calls") == [(line,)]


def test_bad_csv_rows_cost_only_themselves(write, visible, rejected):
    path = write(
        "a.csv",
        [
            "called_at,model,error_message",
            '2026-01-01,m,"two',
            'lines, ""quoted"""',
            "2026-01-01,too few",
            "2026-01-01,m,too,many",
            "",
            '2026-01-01,m,"x"y',
            "2026-01-01,m,",
            '2026-01-01,m,"never closed',
            "2026-01-01,m,last",
        ],
    )

    report = load([path])

    rows = [(row["error_message"]) for row in records(visible("generic_calls"))]
    assert rows == ['two\nlines, "quoted"', "", "last"]
    assert visible("generic_calls", "_line_number") == [(2,), (8,), (10,)]
    assert rejected() == [
        (4, "2 fields where the header has 3", "2026-01-01,too few"),
        (5, "4 fields where the header has 3", "2026-01-01,m,too,many"),
        (7, "not valid CSV: ',' expected after '\"'", '2026-01-01,m,"x"y'),
        (9, "not valid CSV: unexpected end of data", '2026-01-01,m,"never closed'),
    ]
    assert (report.loaded_rows, report.rejected_rows, report.exit_code) == (3, 4, 0)


def test_csv_text_that_is_no_utf8(write, visible, warehouse):
    load([write("a.csv", b"called_at,model\n2026-01-01,m\n2026-01-01,caf\xe9\n")])

    assert len(visible("generic_calls")) == 1
    assert warehouse("select reason, hex(line_text) from raw.rejected_lines") == [
        ("not valid UTF-8", b"2026-01-01,caf\xe9".hex().upper())
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(write, visible, delimiter):
    load([write("a.csv", [f" called_at {delimiter}model", f"2026-01-01{delimiter}a,b"])])

    assert records(visible("generic_calls")) == [{"called_at": "2026-01-01", "model": "a,b"}]


def test_a_csv_of_a_header_alone_is_empty(write):
    assert load([write("a.csv", ["called_at,model"])]).count("empty") == 1


def test_parquet_keeps_types(warehouse, visible, tmp_path):
    path = tmp_path / "calls.parquet"
    warehouse(
        f"insert into function file('{path}', Parquet) select "
        "toDateTime64('2026-01-01 09:00:00.123456', 6, 'Asia/Tokyo') as ts, 'm' as model, "
        "toNullable(1.5) as cost_usd, cast(null, 'Nullable(Int64)') as output_tokens, "
        "9007199254740993 as input_tokens, [1, 2] as extra from numbers(2)"
    )

    load([path], mapping={"ts": "called_at"})

    rows = records(visible("generic_calls"))
    assert rows == 2 * [
        {
            "called_at": "2026-01-01T00:00:00.123456Z",
            "model": "m",
            "cost_usd": 1.5,
            "output_tokens": None,
            "input_tokens": 9007199254740993,
            "extra": [1, 2],
        }
    ]
    assert visible("generic_calls", "_line_number") == [(1,), (2,)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"called_at":"2026-01-01","model":"a"},\n {"called_at":"2026-01-02","model":"b"}\n]',
        '[\n{"called_at":"2026-01-01","model":"a"}\n,\n{"called_at":"2026-01-02","model":"b"}\n]',
        '{"called_at":"2026-01-01","model":"a"}\n{"called_at":"2026-01-02","model":"b"}\n',
        '{\n "called_at": "2026-01-01",\n "model": "a"\n}\n{"called_at":"2026-01-02","model":"b"}',
    ],
)
def test_json_arrays_objects_and_lines(write, visible, text):
    load([write("a.json", text.encode())])

    assert [row["model"] for row in records(visible("generic_calls"))] == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"called_at": "2026-01-01"}, "model is missing"),
        ({"called_at": "2026-01-01", "model": ""}, "model is missing"),
        ({"model": "m"}, "called_at, called_at_ms or called_at_s is missing"),
        ({"model": "m", "called_at": None}, "called_at, called_at_ms or called_at_s is missing"),
        ({"model": "m", "called_at": "soon"}, "called_at is no timestamp: soon"),
        ({"model": "m", "called_at": 17}, "called_at is a bare number, which names no moment: 17"),
        ({"model": "m", "called_at_ms": "x"}, "called_at_ms is no number: x"),
    ],
)
def test_calls_with_missing_required_values(write, rejected, call, row, reason):
    report = load([write("a.jsonl", [call(), row])])

    assert rejected() == [(2, reason, json.dumps(row))]
    assert (report.loaded_rows, report.rejected_rows) == (1, 1)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("cost_usd", "1,234", "cost_usd can be read in two ways: 1,234"),
        ("input_tokens", "1.234", "input_tokens can be read in two ways: 1.234"),
        ("output_tokens", "many", "output_tokens is no number: many"),
        ("cost_usd", "€0.50", "cost_usd is no number: €0.50"),
        ("duration_ms", "1:30", "duration_ms is no number: 1:30"),
        ("input_tokens", [7], "input_tokens is no number: [7]"),
    ],
)
def test_numbers_that_could_be_two_or_none_are_no_silent_zero(
    write, warehouse, column, value, reason
):
    good = {"called_at": "2026-01-01", "model": "m"}
    report = load([write("a.jsonl", [good, good | {column: value}])])
    assert report.loaded_rows == 1
    assert warehouse("select reason from raw.rejected_lines") == [(reason,)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("input_tokens", "1,000,000"),
        ("input_tokens", "1,234"),
        ("cost_usd", "$0.50"),
        ("cost_usd", "0,50"),
        ("cost_usd", "1.25E-04"),
        ("cost_usd", "(0.50)"),
        ("cost_usd", "NaN"),
        ("cost_usd", -1),
        ("output_tokens", "n/a"),
        ("duration_ms", None),
    ],
)
def test_numbers_that_can_be_read_and_values_that_are_missing(write, call, column, value):
    assert load([write("a.jsonl", [call() | {column: value}])]).rejected_rows == 0


def test_a_rejected_csv_row_is_kept_with_its_values(write, rejected):
    load([write("a.csv", ["called_at,model,cost_usd", "2026-01-01,m,1", "2026-01-01,m,free"])])
    [(number, reason, text)] = rejected()
    assert (number, reason) == (3, "cost_usd is no number: free")
    assert json.loads(text)["cost_usd"] == "free"


@pytest.mark.parametrize(
    "when",
    [1767225600, 1767225600123, "1767225600", "2026-01-01", "2026-01-01T01:00:00.1234567+02:00"],
)
def test_timestamps_that_can_be_read(write, call, when):
    assert load([write("a.jsonl", [call() | {"called_at": when}])]).loaded_rows == 1


def test_runs(write, visible, rejected):
    run = {"run_id": 7, "ended_at": "2026-01-01", "workflow_id": "w"}

    report = load([write("a.jsonl", [run, {**run, "ended_at": ""}])])

    assert report.files[0].source == "generic_runs"
    assert visible("generic_runs", "_run_key") == [("7",)]
    assert rejected()[0][1] == "ended_at is missing"


def test_a_file_without_one_good_row_fails_with_its_first_reason(write, warehouse, rejected):
    path = write("a.jsonl", 500 * [{"model": "m"}])

    report = load([path], source="generic_calls")

    assert report.exit_code == 1
    assert "(500 lines; the first: called_at, called_at_ms" in report.files[0].message
    assert len(rejected()) == 1
    assert warehouse("select status from raw.loads final") == [("failed",)]


def test_other_options_make_another_load(write, visible, call):
    path = write("a.jsonl", [call()])
    load([path], constants={"project": "a"})

    assert load([path], constants={"project": "a"}).count("unchanged") == 1
    assert load([path], constants={"project": "b"}, force=True).count("loaded") == 1
    assert [row["project"] for row in records(visible("generic_calls"))] == ["b"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mapping": {"a": "modell"}}, "no column 'modell' to map or set; did you mean model"),
        ({"constants": {"cost_us": "1"}}, "did you mean cost_usd"),
        ({"constants": {"cost_usd": "cheap"}}, "cost_usd is a number"),
        ({"constants": {"is_cache_in_input": "maybe"}}, "is a boolean"),
        ({"mapping": {"a": "model", "b": "model"}}, "model is given twice"),
        ({"mapping": {"a": "model"}, "source": "claude_code"}, "keys of its own"),
        ({"source": "nothing"}, "no source 'nothing'; choose one of claude_code"),
    ],
)
def test_options_that_cannot_be(write, call, options, message):
    with pytest.raises(BadInputError, match=message):
        load([write("a.jsonl", [call()])], **options)


def test_a_mapped_column_that_is_not_there(write):
    report = load(
        [write("a.csv", ["called_at,model", "2026-01-01,m"])], mapping={"tokens": "input_tokens"}
    )

    assert "has no column 'tokens' to map; it has called_at, model" in report.files[0].message


def test_two_columns_of_one_name(write):
    report = load([write("a.csv", ["called_at,model,model", "2026-01-01,m,n"])])

    assert "two columns are named 'model'" in report.files[0].message


def test_a_header_of_many_columns_is_read_at_once():
    names = [f"c{place}" for place in range(100_000)]
    assert header_of([",".join(names)]) == (names, ",")
    with pytest.raises(ValueError, match="two columns are named 'c7'"):
        header_of([",".join([*names, "c7"])])
