"""Which files a path stands for."""

import os

import pytest

from orchestration.errors import BadInputError
from orchestration.loading.discover import discover


def names(discovery):
    return [file.path.name for file in discovery.files]


@pytest.fixture
def logs(tmp_path):
    logs = ("b.jsonl", "a/x.CSV.gz", "a/y.parquet", "c.json.zst")
    for name in (*logs, "notes.txt", ".hidden.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "z.jsonl").write_text("x")
    return tmp_path


def test_a_directory_with_everything_below(logs):
    found = discover([logs])

    assert names(found) == ["x.CSV.gz", "y.parquet", "b.jsonl", "c.json.zst"]
    assert [(f.format, f.compression) for f in found.files] == [
        ("csv", "gzip"),
        ("parquet", "none"),
        ("jsonl", "none"),
        ("json", "zstd"),
    ]
    assert found.skipped == 2


def test_each_file_once_in_the_same_order(logs):
    once = discover([logs])

    assert discover([logs / "c.json.zst", logs, logs / "a"]).files[:2] == once.files[:2]
    assert names(discover([logs / "b.jsonl", logs])) == names(once)


def test_a_pattern(logs):
    assert names(discover([f"{logs}/**/*.jsonl"])) == ["b.jsonl"]
    assert names(discover([f"{logs}/a*"])) == ["x.CSV.gz", "y.parquet"]


def test_links_that_lead_back(logs):
    (logs / "a" / "loop").symlink_to(logs)
    (logs / "a" / "again.jsonl").symlink_to(logs / "b.jsonl")

    assert names(discover([logs])) == ["x.CSV.gz", "y.parquet", "b.jsonl", "c.json.zst"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("absent", "does not exist; give a file, a directory or a pattern"),
        ("*.absent", "matches no file"),
        ("notes.txt", "is no log file; it must end in .jsonl"),
        ("empty", "There are no log files in"),
    ],
)
def test_paths_that_cannot_be(logs, path, message):
    (logs / "empty").mkdir()

    with pytest.raises(BadInputError, match=message):
        discover([logs / path])


def test_a_directory_without_logs_says_what_else_is_there(logs):
    (logs / "b.jsonl").unlink()
    other = logs / "other"
    other.mkdir()
    (other / "notes.txt").write_text("x")

    with pytest.raises(BadInputError, match=r"no log files in .*other \(1 other files there\)"):
        discover([other])


def test_a_directory_that_cannot_be_listed(logs, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)

    found = discover([logs])

    ((path, sentence),) = found.unreadable
    assert path.endswith("/a")
    assert "cannot be listed (Permission denied)" in sentence
    assert names(found) == ["b.jsonl", "c.json.zst"]
