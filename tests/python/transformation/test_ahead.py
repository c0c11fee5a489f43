"""The process that builds is started as soon as something is new, and ends if nobody takes it."""

import os
import subprocess
import sys
import time

import pytest

from generic_calls import write_calls
from orchestration.loading import load
from orchestration.transformation import ahead
from orchestration.transformation.dbt import target_path
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.results import RUN_RESULTS
from orchestration.transformation.starting import Builder

OPTIONS = BuildOptions()
WAIT_TO_BE_ASKED = [sys.executable, "-c", "import sys; sys.stdin.readline()"]


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Return the processes that are started in a home, each waiting as the real one does."""
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))
    processes = []

    def start(options):
        process = subprocess.Popen(
            WAIT_TO_BE_ASKED, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        return Builder(process, "code", options.variables_argument)

    monkeypatch.setattr(ahead, "start", start)
    return processes


def load_twice(path):
    for _ in range(2):
        load([path], on_new=ahead.begin)


def test_one_is_started_by_the_first_new_file_and_handed_over_once(started, tmp_path):
    path = write_calls(tmp_path / "calls.jsonl", range(3))
    with ahead.starting_ahead(OPTIONS):
        assert ahead.taken(OPTIONS) is None
        load_twice(path)
        builder = ahead.taken(OPTIONS)
        assert ahead.taken(OPTIONS) is None
    assert [builder.process] == started
    assert builder.process.poll() is None
    builder.process.communicate("build\n")


def test_nothing_is_started_where_nothing_is_new(started, tmp_path):
    path = write_calls(tmp_path / "calls.jsonl", range(3))
    load_twice(path)
    with ahead.starting_ahead(OPTIONS):
        load_twice(path)
    assert not started


def built(seconds_ago):
    """Let the home have been built some time ago."""
    results = target_path() / RUN_RESULTS
    results.parent.mkdir(parents=True, exist_ok=True)
    results.touch()
    moment = time.time() - seconds_ago
    os.utime(results, (moment, moment))


@pytest.mark.parametrize(("seconds_ago", "is_started"), [(None, True), (60, True), (-60, False)])
@pytest.mark.parametrize("is_folder", [True, False])
def test_files_touched_since_the_last_build_start_one(
    started, tmp_path, seconds_ago, is_started, is_folder
):
    (tmp_path / "logs" / "of a day").mkdir(parents=True)
    path = write_calls(tmp_path / "logs" / "of a day" / "calls.jsonl", range(3))
    if seconds_ago is not None:
        built(seconds_ago)
    with ahead.starting_ahead(OPTIONS):
        ahead.begin_if_touched([tmp_path / "logs" if is_folder else path])
        assert len(started) == is_started


def test_what_is_not_there_starts_none(started, tmp_path):
    with ahead.starting_ahead(OPTIONS):
        ahead.begin_if_touched([tmp_path / "nothing", "s3://bucket/key"])
    assert not started


def test_one_that_nobody_takes_ends_and_frees_the_home(started):
    with ahead.starting_ahead(OPTIONS):
        ahead.begin()
        assert ahead.taken(BuildOptions(variables="{sources: [generic]}")) is None
    assert started[0].returncode is not None
    # The lock is free again: another process can take it.
    assert hold_the_build_lock().communicate("\n")[0] == "held\n"


def hold_the_build_lock():
    """Start a process that holds the home's build lock until it reads a line."""
    code = (
        "import sys, time\n"
        "from orchestration.warehouse.locking import BUILD_LOCK, acquire\n"
        "from orchestration.transformation.dbt import target_path\n"
        "lease = acquire(target_path() / BUILD_LOCK, time.monotonic())\n"
        "print('held', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_none_is_started_while_another_process_builds(started):
    other = hold_the_build_lock()
    assert other.stdout.readline() == "held\n"
    with ahead.starting_ahead(OPTIONS):
        ahead.begin()
        assert ahead.taken(OPTIONS) is None
    other.communicate("\n")
    assert not started


def test_none_is_started_for_a_server(started, monkeypatch):
    """There, a load can take hours, and others build meanwhile."""
    monkeypatch.setenv("TOKENHOUSE_TARGET", "server")
    with ahead.starting_ahead(OPTIONS):
        ahead.begin()
    assert not started
