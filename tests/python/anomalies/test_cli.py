"""``tokenhouse detect`` from file to file."""

import csv
import gzip
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from orchestration.anomalies.csv_files import parse_seconds
from orchestration.cli.detect import detect
from orchestration.errors import BadInputError

HEADER = "series,timestamp,value\n"


@pytest.fixture
def run(tmp_path):
    """Run ``tokenhouse detect`` on a text, and return its output and the rows it wrote."""

    def run(text, name="in.csv", out="out.csv", options=()):
        source, target = tmp_path / name, tmp_path / out
        content = text if isinstance(text, bytes) else text.encode()
        source.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        arguments = [str(source), "--out", str(target), *options]
        output = CliRunner().invoke(detect, arguments, catch_exceptions=False).output
        opened = gzip.open(target, "rt") if out.endswith(".gz") else target.open()  # noqa: SIM115
        with opened as lines:
            return output, list(csv.DictReader(lines))

    return run


def hourly(series, rows, anomaly_at=None, base=10):
    for row in range(rows):
        value = 500 if row == anomaly_at else base + row % 3
        yield f"{series},2026-01-{row // 24 + 1:02d} {row % 24:02d}:00:00,{value}\n"


def test_interleaved_series_are_independent_and_keep_their_order(run):
    a, b = list(hourly("a", 300, anomaly_at=200)), list(hourly("b", 300, base=1000))
    mixed = [line for pair in zip(a, b, strict=True) for line in pair]
    output, rows = run(HEADER + "".join(mixed))
    assert list(rows[0]) == [
        "series",
        "timestamp",
        "anomaly_score",
        "is_anomaly",
        "raw_score",
    ]
    given = [tuple(line.split(",")[:2]) for line in mixed]
    assert [(row["series"], row["timestamp"]) for row in rows] == given
    assert [row["timestamp"] for row in rows if row["is_anomaly"] == "1"] == ["2026-01-09 08:00:00"]
    assert all((float(row["anomaly_score"]) > 0.5) == (row["is_anomaly"] == "1") for row in rows)
    assert all(float(row["anomaly_score"]) in (0, float(row["raw_score"])) for row in rows)
    assert any(float(row["raw_score"]) > float(row["anomaly_score"]) for row in rows)
    assert "2 series, 600 rows: 1 anomaly in 1 episode" in output
    # Consecutive blocks give the same scores as interleaved rows.
    _, blocks = run(HEADER + "".join(a + b))
    key = lambda row: (row["series"], row["timestamp"])  # noqa: E731
    assert sorted(blocks, key=key) == sorted(rows, key=key)


def test_gzip_in_and_out(run):
    text = HEADER + "".join(hourly("a", 50, anomaly_at=40))
    assert run(text, "in.csv.gz", "out.csv.gz")[1] == run(text)[1]


@pytest.mark.parametrize(("options", "named"), [([], "'=cmd()"), (["--formulas"], "=cmd()")])
def test_a_name_is_no_formula(run, options, named):
    _, rows = run(HEADER + "".join(hourly("=cmd()", 3)), options=options)
    assert {row["series"] for row in rows} == {named}


def test_a_file_without_series_is_one_series_named_like_the_file(run):
    text = "Value, Timestamp\n" + "".join(f"{row},{1_600_000_000 + row}\n" for row in range(30))
    _, rows = run("\ufeff" + text, "load.csv")
    assert {row["series"] for row in rows} == {"load"}
    assert len(rows) == 30


def test_unusual_rows_that_are_valid(run):
    """Missing values, repeated and backward times, an empty line, quoted line ends."""
    lines = ["a,2026-01-01,1", "a,2026-01-01,", "a,2025-12-31,NaN", '"x\n,y",2026-01-01T00:00Z,2']
    output, rows = run(HEADER + "\r\n".join(lines) + "\r\n\r\n")
    assert [row["is_anomaly"] for row in rows] == ["0"] * 4
    assert rows[3]["series"] == "x\n,y"
    assert "2 rows without a value, not scored" in output


def test_a_file_with_only_a_header_has_no_rows(run):
    output, rows = run(HEADER)
    assert (rows, "0 series, 0 rows" in output) == ([], True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"in\.csv is empty"),
        ("a,b\n", r"line 1: no column timestamp and value among a, b"),
        ("value,timestamp,value\n", r"line 1: column value is there twice"),
        (HEADER + "a,2026-01-01,1\na,soon,2\n", r"line 3: the timestamp 'soon'"),
        (HEADER + "a,,2\n", r"line 2: the timestamp ''"),
        (HEADER + "a,2026-01-01,high\n", r"line 2: the value 'high'"),
        (HEADER + "a,2026-01-01,inf\n", r"line 2: the value 'inf'"),
        (HEADER + "a,2026-01-01\n", r"line 2: 2 fields where the header has 3"),
        (b"\xff\xfe\x00", r"not UTF-8"),
        (b"\x1f\x8b\x08\x00broken", r"gzip"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(run, tmp_path, text, sentence):
    with pytest.raises(BadInputError, match=sentence):
        run(text)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_files_that_cannot_be_used(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(HEADER)
    for arguments, sentence in (
        ((tmp_path / "absent.csv", tmp_path / "o.csv"), "Cannot read .*absent"),
        ((source, source), "is the file to read"),
        ((source, tmp_path), "is a folder"),
        ((source, tmp_path / "absent" / "o.csv"), "Cannot write"),
    ):
        with pytest.raises(BadInputError, match=sentence):
            CliRunner().invoke(
                detect, [str(arguments[0]), "--out", str(arguments[1])], catch_exceptions=False
            )
    assert source.read_text() == HEADER


@pytest.mark.parametrize(
    "text",
    [
        "2014-02-14 14:30:00",
        "2014-02-14T14:30:00.000000Z",
        "2014-02-14T15:30:00+01:00",
        "1392388200",
        "1392388200000",
        "1392388200.0",
    ],
)
def test_timestamps(text):
    assert parse_seconds(text) == datetime(2014, 2, 14, 14, 30, tzinfo=UTC).timestamp()


def test_eight_digits_are_a_day():
    assert parse_seconds("20140214") == parse_seconds("2014-02-14")
