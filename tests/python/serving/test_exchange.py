"""The server and the builds: what it shows before, between and after them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from orchestration import settings
from orchestration.cli.serve import serve
from serving.served import environment, serving

# A build as the server sees it: rows in two tables that always agree, and a snapshot.
BUILD = """
import sys
from orchestration.warehouse.client import connect
from orchestration.warehouse.snapshots import publish
rounds = [int(number) for number in sys.argv[1:]]
for number in rounds:
    with connect() as client:
        client.command("create database if not exists marts")
        client.command("create database if not exists reference")
        for name in ("first", "second"):
            client.command(
                f"create or replace table marts.{name} engine = MergeTree order by n as "
                f"select {number} as round, number as n from numbers(1000)"
            )
    publish()
"""
AGREE = (
    "select any(f.round), count() from marts.first as f join marts.second as s "
    "on f.n = s.n and f.round = s.round"
)


@pytest.fixture
def home(tmp_path):
    return tmp_path


def build(home, *rounds):
    subprocess.run(
        [sys.executable, "-c", BUILD, *map(str, rounds)],
        env=environment(home),
        check=True,
        cwd=settings.project_dir(),
    )


def until(check, seconds=30):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if check():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def clones(home):
    return [path for path in (home / "served").glob(".reader-*") if path.is_dir()]


def test_it_waits_for_the_first_build(home):
    with serving(home) as served:
        early = served.ask("select 1")
        assert early.status_code == 500
        assert "Nothing to read yet" in early.text
        assert served.http.get("/ping").text == "Ok.\n"
        build(home, 1)
        until(lambda: served.ask("select 1").status_code == 200)
        assert served.ask(AGREE).text == "1\t1000\n"


def test_newer_builds_show_up_and_queries_end_on_the_old(home):
    build(home, 1)
    with serving(home) as served:
        assert served.ask(AGREE).text == "1\t1000\n"
        slow = {}

        def ask():
            sql = (
                "select max(round) from marts.first where n >= 0 and (select count() from "
                "numbers(250000000) where sipHash64(number) = 1) = 0"
            )
            slow["answer"] = httpx.post(served.url, content=sql, timeout=60).text

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        build(home, 2)
        until(lambda: served.ask(AGREE).text == "2\t1000\n")
        thread.join()
        assert slow["answer"] == "1\n"
        build(home, 3, 4)
        until(lambda: served.ask(AGREE).text == "4\t1000\n")
        until(lambda: len(clones(home)) == 1)
    assert clones(home) == [], "the server cleans up"


def test_readers_of_many_builds_see_whole_states(home):
    build(home, 0)
    seen, errors = set(), []
    done = threading.Event()
    with serving(home) as served:

        def ask():
            with httpx.Client(base_url=served.url, timeout=30) as client:
                last = 0
                while not done.is_set():
                    answer = client.post("/", content=AGREE)
                    state, _, rows = answer.text.strip().partition("\t")
                    if answer.status_code != 200 or rows != "1000" or int(state) < last:
                        errors.append(answer.text)
                        return
                    last = int(state)
                    seen.add(last)
                    time.sleep(0.05)

        readers = [threading.Thread(target=ask) for _ in range(8)]
        for reader in readers:
            reader.start()
        for number in range(1, 6):
            build(home, number)
            time.sleep(1.2)
        done.set()
        for reader in readers:
            reader.join()
    assert not errors
    assert len(seen) >= 4


def test_an_engine_that_dies_is_started_again(home):
    build(home, 1)
    with serving(home) as served:
        assert served.ask("select 1").text == "1\n"
        (worker,) = _children(served.process.pid)
        os.kill(worker, signal.SIGKILL)
        until(lambda: served.ask("select 1").text == "1\n")


def test_nothing_is_left_when_the_server_is_killed(home):
    build(home, 1)
    with serving(home) as served:
        assert served.ask("select 1").text == "1\n"
        (worker,) = _children(served.process.pid)
        served.process.kill()
        served.process.wait()
        until(lambda: not Path(f"/proc/{worker}").exists())
    build(home, 2)
    assert clones(home) == [], "the next build removes its clone"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--host", "0.0.0.0"], "a password is needed"),
        (["--password-file", "nothing.txt"], "Cannot read the password file"),
        (["--database", "nothing"], "There is no database nothing"),
    ],
)
def test_wrong_use_is_one_sentence(arguments, sentence, monkeypatch, home):
    monkeypatch.setenv("TOKENHOUSE_HOME", str(home))
    monkeypatch.delenv("TOKENHOUSE_TARGET", raising=False)
    result = CliRunner().invoke(serve, ["--port", "0", *arguments])
    assert sentence in str(result.exception)
    assert getattr(result.exception, "exit_code", None) == 2


def test_a_taken_port_is_one_sentence(home, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_HOME", str(home))
    with serving(home) as served:
        result = CliRunner().invoke(serve, ["--port", str(served.port)])
        assert "choose one with --port" in str(result.exception)


def _children(pid):
    path = f"/proc/{pid}/task/{pid}/children"
    with open(path) as file:  # noqa: PTH123 - a file of the kernel
        return [int(child) for child in file.read().split()]
