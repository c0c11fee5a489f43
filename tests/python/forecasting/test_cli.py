"""``tokenhouse forecast`` from file to file."""

import gzip

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from orchestration.cli import main

HEADER = "unique_id,cutoff,ds,y_hat,lo_80,hi_80,lo_95,hi_95,expected"


@pytest.fixture
def forecast(tmp_path):
    """Return a function that runs the command and returns its result and what it wrote."""

    def run(text: str | bytes, *options: str, name: str = "in.csv"):
        path, out = tmp_path / name, tmp_path / "out.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = CliRunner().invoke(
            main, ["forecast", str(path), "--horizon", "3", "--out", str(out), *options]
        )
        return done, pd.read_csv(out) if out.exists() else None

    return run


def test_long_format_in_any_order_with_times_quotes_and_gaps(forecast):
    rng = np.random.default_rng(1)
    days = pd.date_range("2025-01-01", periods=60)
    rows = [f'"a, b",{day:%Y-%m-%d %H:%M:%S},{50 + day.day_of_week}' for day in days]
    rows += [f"c,{day:%Y-%m-%d}T12:00:00Z,{day.day_of_week - 3}" for day in days[:40]]
    del rows[20]
    rng.shuffle(rows)
    done, out = forecast('"unique_id","ds","y"\r\n' + "\r\n".join(rows) + "\r\n\r\n")
    assert done.exit_code == 0, done.output
    assert ",".join(out.columns) == HEADER
    weekday = (days[-1] + pd.Timedelta(1, "D")).day_of_week
    expected = [50 + (weekday + k) % 7 for k in range(3)]
    assert out[out["unique_id"] == "a, b"]["y_hat"].tolist() == pytest.approx(expected, abs=0.4)
    assert out[out["unique_id"] == "a, b"]["ds"].iloc[0] == "2025-03-02"
    assert out[out["unique_id"] == "c"]["cutoff"].unique().tolist() == ["2025-02-09"]
    assert "2 series forecast" in done.output
    assert "weighted median 2" in done.output


@pytest.mark.parametrize(("options", "named"), [([], "'=cmd()"), (["--formulas"], "=cmd()")])
def test_a_name_is_no_formula(forecast, options, named):
    days = "\n".join(f"=cmd(),2025-01-{day + 1:02},{day % 7}" for day in range(31))
    done, out = forecast("unique_id,ds,y\n" + days, *options)
    assert done.exit_code == 0, done.output
    assert set(out["unique_id"]) == {named}


def test_one_series_packed_with_cutoffs(forecast):
    text = "y,ds\n" + "\n".join(f"{k % 7},2025-01-{k + 1:02}" for k in range(31))
    done, out = forecast(
        gzip.compress(text.encode()),
        "--cutoff",
        "2025-01-20",
        "--cutoff",
        "2025-01-25",
        "--cutoff",
        "2024-01-25",
        name="in.csv.gz",
    )
    assert done.exit_code == 0, done.output
    assert out["unique_id"].unique().tolist() == ["series"]
    assert out["cutoff"].unique().tolist() == ["2025-01-20", "2025-01-25"]
    assert "1 of 3 pairs of series and cutoff have no day up to the cutoff" in done.output


def test_expected_values_add_up_where_medians_do_not(forecast):
    """The mean of skewed costs is far above their median."""
    rng = np.random.default_rng(3)
    days = pd.date_range("2025-01-01", periods=120)
    rows = [
        f"{name},{day:%Y-%m-%d},{rng.lognormal(2, 1.2):.4f}" for name in range(20) for day in days
    ]
    done, out = forecast("unique_id,ds,y\n" + "\n".join(rows))
    assert done.exit_code == 0, done.output
    mean = np.exp(2 + 1.2**2 / 2)
    assert out["y_hat"].mean() < 0.75 * mean
    assert out["expected"].mean() == pytest.approx(mean, rel=0.2)


def test_duplicate_rows_count_once(forecast):
    done, out = forecast("ds,y\n2025-01-01,4\n2025-01-02,\n2025-01-01,4\n")
    assert done.exit_code == 0, done.output
    assert out["y_hat"].tolist() == [4, 4, 4]
    assert "Duplicate rows left out: 1." in done.output
    assert "Rows without y, treated as missing: 1" in done.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ds,y\n2025-01-01,1\n\n2025-01-02,x\n", "line 4: column y holds 'x'"),
        ("ds,y\n2025-01-01,inf\n", "line 2: column y holds 'inf'"),
        ("ds,y\n2025-02-30,1\nx,2\n", "line 2 and 1 more: column ds holds '2025-02-30'"),
        ("ds,y\n01/02/2025,1\n", "line 2: column ds holds '01/02/2025'"),
        ("unique_id,ds,y\n,2025-01-01,1\n", "line 2: column unique_id holds ''"),
        ("ds,y\n2025-01-01,1\n2025-01-01T05:00,2\n", "two values of series series on 2025-01-01"),
        ("ds;y\n2025-01-01;1\n", "has no column ds and no y (it has ds;y)"),
        ("ds,y\n2025-01-01,1,3\n", "is not a CSV table"),
        ("ds,y\n2025-01-01,1\n2025-01-01,1,3\n", "in line 3 (3 cells, not 2)"),
        ("ds,y\n", "has a header and no rows"),
        ("", "is empty"),
        ("ds,y\n2025-01-01,\n", "no value in column y"),
        (b"ds,y\n\xff\xfe,1\n", "not text in UTF-8"),
    ],
)
def test_bad_files_are_one_sentence(forecast, text, says):
    done, out = forecast(text)
    assert done.exit_code == 2
    assert says in done.output
    assert done.output.startswith("tokenhouse: ")
    assert len(done.output.splitlines()) == 1
    assert out is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--cutoff", "2020-01-01"], "before the first day"),
        (["--cutoff", "yesterday"], "not a day"),
        (["--horizon", "0"], "0 is not in the range"),
        (["--out", "/nowhere/at/all.csv"], "in a folder that exists"),
    ],
)
def test_bad_options_are_one_sentence(forecast, options, says):
    done, out = forecast("ds,y\n2025-01-01,1\n", *options)
    assert done.exit_code == 2
    assert says in done.output
    assert out is None


def test_a_file_that_is_not_there(tmp_path):
    done = CliRunner().invoke(
        main, ["forecast", str(tmp_path / "no.csv"), "--horizon", "3", "--out", str(tmp_path / "o")]
    )
    assert done.exit_code == 2
    assert "There is no file" in done.output
