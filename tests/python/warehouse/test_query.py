"""``tokenhouse query``: formats, input, output and errors."""

import io
import json

import pytest
from click.testing import CliRunner

from orchestration.cli.output import Neutralised
from orchestration.cli.query import output_format, query
from orchestration.errors import BadInputError, UserError

SQL = "select number as n, toString(number) as word from numbers(2)"


def run(*arguments, text=None):
    return CliRunner().invoke(query, arguments, input=text)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "n\tword\n0\t0\n1\t1\n"),
        (("--format", "csv"), '"n","word"\n0,"0"\n1,"1"\n'),
        (("--format", "JSONL"), '{"n":0,"word":"0"}\n{"n":1,"word":"1"}\n'),
        (("--format", "TabSeparated"), "0\t0\n1\t1\n"),
    ],
)
def test_formats(home, arguments, expected):
    result = run(SQL + ";", *arguments)
    assert (result.exit_code, result.stdout) == (0, expected)


def test_json_is_one_document(home):
    assert json.loads(run(SQL, "--format", "JSON").stdout)["data"][1] == {"n": 1, "word": "1"}


def test_parquet_is_binary(home):
    assert run(SQL, "--format", "Parquet").stdout_bytes[:4] == b"PAR1"


def test_a_format_in_the_sql_is_kept(home):
    assert run("select 1 as a format CSV").stdout == "1\n"


def test_reads_standard_input_and_writes_a_file(home, tmp_path):
    file = tmp_path / "out.tsv"
    result = run("-", "--output", str(file), text="-- a comment\nselect 1 as a\n;\n")
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text() == "a\n1\n"


def test_statements_without_rows_print_nothing(home):
    assert run("create table default.t (a UInt8) engine = Memory").stdout == ""


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (
            "select nope",
            r"^ClickHouse refused the query: .*`nope`.*\(UNKNOWN_IDENTIFIER\)$",
        ),
        ("selec 1", r"^ClickHouse refused the query: Syntax error.{0,90}\(SYNTAX_ERROR\)$"),
        ("select 1 from raw.nothing", r"raw.*does not exist.*\(UNKNOWN_\w+\)$"),
    ],
)
def test_a_refused_query_is_one_sentence_in_clickhouse_words(home, sql, sentence):
    result = run(sql)
    assert result.exit_code == 1
    with pytest.raises(UserError, match=sentence) as caught:
        raise result.exception
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1


def test_an_unknown_format_is_one_sentence(home):
    result = run("select 1", "--format", "Foo")
    assert str(result.exception) == (
        "ClickHouse refused the query: Unknown format Foo. (UNKNOWN_FORMAT)"
    )


@pytest.mark.parametrize("sql", ["", " ; ", "/* only */ -- comments"])
def test_no_sql_is_bad_input(home, sql):
    result = run(sql)
    assert isinstance(result.exception, BadInputError)


def test_two_formats_are_bad_input(home):
    result = run("select 1 format CSV", "--format", "TSV")
    assert isinstance(result.exception, BadInputError)


def test_an_unwritable_file_is_bad_input(home, tmp_path):
    result = run("select 1", "--output", str(tmp_path / "missing" / "x"))
    assert isinstance(result.exception, BadInputError)
    assert "No such file" in str(result.exception)


@pytest.mark.parametrize(
    ("sql", "is_terminal", "expected"),
    [
        ("select 1", True, "PrettyCompact"),
        ("select 1", False, "TSVWithNames"),
        ("/* note */ with 1 as a select a", False, "TSVWithNames"),
        ("(select 1) union all (select 2)", False, "TSVWithNames"),
        ("insert into t values (1)", True, None),
        ("select 'format x' as a", False, "TSVWithNames"),
    ],
)
def test_the_default_format_fits_the_reader(sql, is_terminal, expected):
    assert output_format(sql, None, is_terminal) == expected


def test_a_failing_query_leaves_the_file_as_it_was(home, tmp_path):
    file = tmp_path / "exports" / "out.jsonl"
    file.parent.mkdir()
    file.write_text("kept\n")
    late = "select throwIf(number = 2000000) as a from numbers(3000000)"
    for sql in ("select nope", late):
        result = run(sql, "--format", "JSONL", "--output", str(file))
        assert isinstance(result.exception, UserError)
        assert (file.read_text(), list(file.parent.iterdir())) == ("kept\n", [file])


def test_a_file_keeps_its_mode(home, tmp_path):
    file = tmp_path / "out.tsv"
    file.write_text("old")
    file.chmod(0o640)
    run("select 1 as a", "--output", str(file))
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("a\n1\n", 0o640)


def test_csv_begins_no_formula(home):
    sql = """select '=1+1' as "+a", -5 as n, 'x,"=y' as q, '@z' as r, 'a\n-b' as s"""
    expected = '"\'+a","n","q","r","s"\n"\'=1+1",-5,"x,""=y","\'@z","a\n-b"\n'
    assert run(sql, "--format", "csv").stdout == expected
    assert run(f"{sql} format CSVWithNames").stdout == expected
    assert run(f"{sql} format CSVWithNames settings max_threads = 1").stdout == expected
    assert run(sql, "--format", "csv", "--formulas").stdout == expected.replace("'", "")


def test_formulas_across_chunks():
    """A cell that is cut between two chunks is seen whole."""
    text = b'"a","=b"\n1,"-c"\n'
    for cut in range(len(text) + 1):
        written = io.BytesIO()
        target = Neutralised(written)
        target.write(text[:cut])
        target.write(text[cut:])
        target.flush()
        assert written.getvalue() == b'"a","\'=b"\n1,"\'-c"\n', cut
