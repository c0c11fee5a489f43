"""One process at a time: waiting, the error message, and releasing."""

import os
import signal
import sys
import threading
import time

import pytest

from orchestration import settings
from orchestration.errors import BadInputError, UserError
from orchestration.warehouse.client import WarehouseBusyError, connect, staying_open
from orchestration.warehouse.locking import BUILD_LOCK, busy_error

HOLD = """
import time
from orchestration.warehouse.client import connect
with connect() as client:
    client.command("create table if not exists default.seen (id UInt8) engine = Memory")
    print("open", flush=True)
    time.sleep(float({seconds}))
"""
HOLD_WITHOUT_LOCK = """
import clickhouse_connect, os, time
path = os.environ["TOKENHOUSE_HOME"] + "/clickhouse"
client = clickhouse_connect.get_client(interface="chdb", path=path)
print("open", flush=True)
time.sleep(float({seconds}))
client.close()
"""


@pytest.fixture
def hold(start, home):
    """Have another process hold the directory for some seconds."""

    def begin(seconds, code=HOLD):
        process = start(sys.executable, "-c", code.format(seconds=seconds))
        assert process.stdout.readline() == "open\n", process.stderr.read()
        return process

    return begin


@pytest.mark.parametrize("code", [HOLD, HOLD_WITHOUT_LOCK], ids=["ours", "knows no lock"])
def test_the_next_process_waits_its_turn(hold, code, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", "30")
    hold(1.5, code)
    with connect() as client:
        assert client.command("select 1") == 1


@pytest.mark.parametrize("code", [HOLD, HOLD_WITHOUT_LOCK], ids=["ours", "knows no lock"])
def test_after_the_timeout_a_sentence_names_the_holder(hold, code, monkeypatch, capfd):
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", "0.3")
    process = hold(30, code)
    begun = time.monotonic()
    with pytest.raises(WarehouseBusyError) as caught, connect():
        pass
    assert time.monotonic() - begun < 5
    sentence = str(caught.value)
    assert f"process {process.pid} (" in sentence
    assert "wait until it ends or stop it" in sentence
    assert "waited 0.3 s" in sentence
    assert caught.value.exit_code == 75
    assert capfd.readouterr().err == "", "ClickHouse's own complaint is not for people"


def test_of_two_builds_the_second_hears_of_the_first(home):
    """A build's lock is no data directory, so its message names none."""
    sentence = str(busy_error(home / "dbt" / BUILD_LOCK, "process 7 (tokenhouse build)"))
    assert sentence.startswith(f"A build of {home} is under way by process 7 (tokenhouse build), ")
    assert "one process at a time can build it" in sentence
    assert "data directory" not in sentence


def test_a_killed_holder_frees_the_directory(hold, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", "5")
    hold(60).kill()
    with connect() as client:
        assert client.command("select 1") == 1


def test_one_process_may_open_it_often(home):
    results = []

    def work(number):
        for _ in range(5):
            with connect() as client:
                results.append(client.command(f"select {number}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted([0, 1, 2, 3] * 5)


def test_steps_that_stay_open_share_one_start_of_the_engine(home):
    """A table in memory is there for as long as the engine runs."""

    def exists():
        with connect() as client:
            return client.query("exists table default.kept").result_rows == [(1,)] and (
                client.query("select count() from default.kept").result_rows == [(1,)]
            )

    with staying_open() as stay:
        assert not settings.data_directory().exists(), "opened before the first step"
        with connect() as client:
            client.command("create table default.kept (n UInt8) engine = Memory")
            client.command("insert into default.kept values (1)")
        assert exists()
        stay.end()
        assert not exists()
    with staying_open(), connect() as client:
        client.command("insert into default.kept values (1)")
    assert not exists(), "still open after the last step"


def test_releasing_lets_another_process_in(home, start):
    with connect() as outer, connect():
        outer.command("create table default.seen (id UInt8) engine = MergeTree order by id")
    process = start(sys.executable, "-c", HOLD.format(seconds=0))
    assert process.stdout.readline() == "open\n"
    assert process.wait(timeout=30) == 0


def test_six_processes_take_turns(home, start, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", "60")
    code = HOLD.format(seconds=0).replace("with connect", "for _ in range(4):\n  with connect")
    processes = [start(sys.executable, "-c", code.replace("\n    ", "\n      ")) for _ in range(6)]
    for process in processes:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors


def test_a_forked_child_does_not_keep_the_directory(home, start):
    with connect():
        child = os.fork()
        if child == 0:
            time.sleep(20)
            os._exit(0)
    try:
        process = start(sys.executable, "-c", HOLD.format(seconds=0))
        assert process.stdout.readline() == "open\n"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_ctrl_c_stops_a_running_query(start, home):
    code = HOLD.replace("time.sleep(float({seconds}))", "client.command({query!r})")
    endless = "select sum(cityHash64(number)) from numbers(100000000000)"
    process = start(sys.executable, "-c", code.format(query=endless))
    assert process.stdout.readline() == "open\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert "KeyboardInterrupt" in errors
    with connect() as client:
        assert client.command("select 1") == 1


def test_a_relative_home_is_taken_from_the_project(home, tmp_path, monkeypatch):
    from orchestration import settings

    monkeypatch.setenv("TOKENHOUSE_HOME", "some/where")
    monkeypatch.chdir(tmp_path)
    assert settings.data_directory() == settings.project_dir() / "some/where/clickhouse"


@pytest.mark.parametrize("text", ["soon", "-1", "inf", "nan"])
def test_a_bad_timeout_is_named(home, monkeypatch, text):
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", text)
    with pytest.raises(BadInputError, match="TOKENHOUSE_LOCK_TIMEOUT_SECONDS"), connect():
        pass


def test_a_home_that_is_a_file_is_one_sentence(tmp_path, home, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match=r"Cannot write the lock file .*TOKENHOUSE_HOME"), connect():
        pass


def test_a_data_directory_that_is_a_file_is_one_sentence(home):
    home.mkdir()
    (home / "clickhouse").write_text("")
    with pytest.raises(UserError, match="ClickHouse cannot open the data directory"), connect():
        pass
