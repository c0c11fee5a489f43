"""Processes that a command starts end with it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from orchestration import settings
from orchestration.cli.dagster import place_of
from orchestration.transformation.dbt import executable
from orchestration.warehouse.locking import acquire, lock_file

SECONDS_TO_START = 300
SECONDS_TO_END = 60
# A shell ignores interrupts for what a script starts in the background.
IN_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")


def is_running(pid):
    """Return whether a process runs; a zombie does not."""
    found = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def holder(directory):
    """Return the process that holds the data directory, or None."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return json.loads(lock_file(directory).read_text())["pid"]


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.1)
    return found


def tokenhouse(*arguments, before=(), **environment):
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        [*before, sys.executable, "-c", "from orchestration.cli import main; main()", *arguments],
        env=os.environ | environment,
        cwd=settings.project_dir(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def descendants(pid):
    """Return the descendants of a process."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    children = {}
    for line in listed.stdout.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, todo = [], [pid]
    while todo:
        started = children.get(todo.pop(), [])
        found += started
        todo += started
    return found


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_build_leaves_no_dbt_and_a_free_home(home, sent):
    build = tokenhouse("build", TOKENHOUSE_LOCK_TIMEOUT_SECONDS="60")
    directory = settings.data_directory()
    try:
        dbt = wait_for(
            lambda: (pid := holder(directory)) != build.pid and pid,
            SECONDS_TO_START,
            "dbt opens the warehouse",
        )
    finally:
        build.send_signal(sent)
        build.wait(SECONDS_TO_END)
    wait_for(lambda: not is_running(dbt), SECONDS_TO_END, "dbt ends")
    acquire(directory, time.monotonic() + 1).release()


@pytest.mark.parametrize(
    ("sent", "before"),
    [
        (signal.SIGKILL, ()),
        (signal.SIGTERM, ()),
        (signal.SIGINT, IN_BACKGROUND),
    ],
    ids=["killed", "terminated", "interrupted in a script"],
)
def test_a_stopped_dagster_leaves_nothing_running(home, sent, before):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = tokenhouse("dagster", "dev", "--port", str(port), before=before)
    try:
        wait_for(lambda: is_served(port), SECONDS_TO_START, "Dagster serves its page")
        running = descendants(started.pid)
    finally:
        started.send_signal(sent)
        started.wait(SECONDS_TO_END)
    assert len(running) >= len(("dg", "code server", "its copy", "webserver", "daemon"))
    wait_for(lambda: not any(map(is_running, running)), SECONDS_TO_END, "all of Dagster ends")


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ((), ("127.0.0.1", 3000)),
        (("dev", "--port", "3001"), ("127.0.0.1", 3001)),
        (("dev", "--port=3001", "-h", "localhost"), ("localhost", 3001)),
        (("dev", "-p", "3002", "--host=::1", "--verbose"), ("::1", 3002)),
    ],
)
def test_the_browser_opens_where_dagster_serves(arguments, place):
    assert place_of(arguments) == place


def is_served(port):
    with contextlib.suppress(OSError):
        return bool(socket.create_connection(("127.0.0.1", port), timeout=1).close() or True)


def test_the_program_for_others_is_dbt_too(home, monkeypatch):
    monkeypatch.setenv("DBT_TARGET_PATH", str(home / "dbt"))
    path = executable()
    assert path.is_relative_to(home)
    said = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=True, cwd=settings.project_dir()
    )
    assert "Core:" in said.stdout


@pytest.mark.parametrize(("given", "threads"), [({}, {1}), ({"OMP_NUM_THREADS": "2"}, {1, 2})])
def test_numeric_libraries_use_one_thread(given, threads):
    """Unless the environment says otherwise."""
    unset = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    code = (
        "import orchestration.forecasting.members.boosting, threadpoolctl;"
        "print(sorted({pool['num_threads'] for pool in threadpoolctl.threadpool_info()}))"
    )
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(sorted(threads))
