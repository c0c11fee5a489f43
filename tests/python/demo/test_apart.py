"""A demo that another process generates: the same files, each given once, when it is complete."""

from multiprocessing import active_children

import pytest

from orchestration.demo import DEMO_SOURCES, generate
from orchestration.demo.apart import generate_apart
from orchestration.demo.catalogue import MINIMUM_WORKFLOWS
from orchestration.errors import BadInputError, UserError

TINY = {"days": 35, "workflows": MINIMUM_WORKFLOWS, "scale": 0.1, "sources": DEMO_SOURCES}


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_files_are_complete_when_they_are_given(tmp_path):
    given = {}

    def look(paths):
        assert not given.keys() & set(paths)
        given.update((path, path.read_bytes()) for path in paths)

    report = generate(tmp_path, **TINY, on_written=look)
    assert given == contents(report.logs)
    assert set(given) == set(report.files)


def test_another_process_writes_the_same(tmp_path):
    here = generate(tmp_path / "here", **TINY)
    days, given = [], []
    there = generate_apart(
        tmp_path / "there",
        **TINY,
        progress=lambda *step: days.append(step),
        on_written=given.append,
    )
    assert [list(contents(tmp_path / name).values()) for name in ("here", "there")] == [
        list(contents(tmp_path / "here").values())
    ] * 2
    assert (there.calls, there.faults) == (here.calls, here.faults)
    assert days[-1] == (35, 35)
    assert sorted(path for paths in given for path in paths) == sorted(there.files)
    # The other sources come first, before any day of the cascades.
    assert not any(path.name.endswith(".jsonl.gz") and "unified" in str(path) for path in given[0])


def ignore(*_):
    pass


def test_what_is_wrong_is_said_here(tmp_path):
    with pytest.raises(BadInputError, match="cannot have 3 days"):
        generate_apart(tmp_path, **TINY | {"days": 3}, progress=ignore, on_written=ignore)


def test_a_disk_that_refuses_is_said_here(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NotADirectoryError):
        generate_apart(file, **TINY, progress=ignore, on_written=ignore)


def test_a_process_that_was_killed_is_said_to_be(tmp_path):
    def kill(*_):
        for child in active_children():
            child.kill()

    with pytest.raises(UserError, match="run the same command again"):
        generate_apart(tmp_path, **TINY | {"scale": 3.0}, progress=kill, on_written=ignore)
    assert not (tmp_path / "truth.csv").exists()
