"""Disks that are full, read-only or gone; private homes; copies of homes with links followed."""

import errno
import shutil
import stat
import tempfile

import pytest
from click.testing import CliRunner

from generic_calls import write_calls
from orchestration import settings
from orchestration.cli import main
from orchestration.loading import load
from orchestration.storage import StorageError, storage_problem
from orchestration.warehouse.client import connect
from orchestration.warehouse.locking import lock_file
from orchestration.warehouse.reading import connect_to_read


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "is full"),
        ("Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space.", "is full"),
        ("... errno: 28, strerror: No space left on device. (CANNOT_WRITE_TO_FILE)", "is full"),
        (OSError(errno.EROFS, "Read-only file system"), "is read-only"),
    ],
)
def test_the_disk_is_named_and_not_the_log(home, error, words):
    problem = storage_problem(error)
    assert words in str(problem)
    assert str(home) in str(problem)
    assert problem.exit_code == 74


def test_the_cause_of_an_error_counts(home):
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise ValueError("could not write") from cause
    except ValueError as error:
        assert "is full" in str(storage_problem(error))


def test_other_errors_are_not_the_disks(home):
    home.mkdir(exist_ok=True)
    assert storage_problem(OSError(errno.EACCES, "Permission denied")) is None
    assert storage_problem("Unknown column") is None


def test_a_full_disk_ends_a_command_with_74(home, monkeypatch):
    def fail(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("orchestration.warehouse.client.open_embedded", fail)
    result = CliRunner().invoke(main, ["query", "select 1"])
    assert result.exit_code == 74
    assert result.stderr.startswith(f"tokenhouse: The disk of {home} is full (")


def test_a_disk_that_cannot_be_written_can_be_read(home, tmp_path, monkeypatch):
    with connect() as client:
        client.command("create database d")
        client.command("create table d.t (a UInt8) engine = MergeTree order by a")
        client.command("insert into d.t values (7)")

    def fail():
        raise storage_problem(OSError(errno.EROFS, "Read-only file system"))

    monkeypatch.setattr("orchestration.warehouse.reading.connect", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = sorted((home / "clickhouse").rglob("*"))
    with connect_to_read() as reading:
        assert reading.client.query("select a from d.t").result_rows == [(7,)]
        assert "is read-only" in reading.note
    assert not list(tmp_path.glob("tokenhouse-*"))
    assert sorted((home / "clickhouse").rglob("*")) == before


def test_a_wrong_prefix_is_refused_before_anything_is_created(home, tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_text("{}\n")
    monkeypatch.setenv("TOKENHOUSE_DATABASE_PREFIX", "no-prefix")
    for command in (["query", "select 1"], ["build"], ["load", str(tmp_path / "a.jsonl")]):
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, "TOKENHOUSE_DATABASE_PREFIX" in result.stderr) == (2, True)
    assert not home.exists()


def test_nobody_else_reads_the_home(home):
    result = CliRunner().invoke(main, ["query", "create table default.t (a Int8) engine = Log"])
    assert result.exit_code == 0
    open_to_others = [
        path
        for path in [home, *home.rglob("*")]
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert not open_to_others


def test_a_copy_with_links_followed_opens(home, tmp_path, monkeypatch):
    with connect() as client:
        client.command("create database d")
        client.command("create table d.t (a UInt8) engine = MergeTree order by a")
        client.command("insert into d.t values (7)")
    copied = tmp_path / "copied"
    shutil.copytree(home, copied, symlinks=False)
    monkeypatch.setenv("TOKENHOUSE_HOME", str(copied))
    with connect() as client:
        assert client.query("select a from d.t").result_rows == [(7,)]
    assert (copied / "clickhouse" / "metadata" / "d").is_symlink()


def test_a_load_into_a_home_that_was_deleted_meanwhile_is_an_error(home, tmp_path):
    """The engine makes its folders again: that they are there says nothing."""
    log = write_calls(tmp_path / "calls.jsonl", range(3))

    def delete(_step):
        lock_file(settings.data_directory()).unlink(missing_ok=True)

    with pytest.raises(StorageError, match="was deleted while it was in use"):
        load([log], progress=delete)
