"""Snapshots: what readers see while a build runs, and after a kill at any moment."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time

from click.testing import CliRunner

from orchestration import settings
from orchestration.cli.query import query
from orchestration.reporting.health import diagnose
from orchestration.transformation.build import record
from orchestration.transformation.options import BuildOptions
from orchestration.warehouse import snapshots
from orchestration.warehouse.client import connect
from orchestration.warehouse.locking import acquire
from orchestration.warehouse.reading import connect_to_read
from orchestration.warehouse.snapshots import current_snapshot, publish, reader_clone

HOLD = """
import sys, time
from orchestration.warehouse.client import connect
with connect() as client:
    client.command("insert into marts.t select 100 + number, 'x' from numbers(5)")
    client.command("create or replace table marts.u engine = MergeTree order by a as select 9 as a")
    print("held", flush=True)
    time.sleep(60)
"""
PUBLISH = """
from orchestration.warehouse.snapshots import publish
while True:
    publish()
"""


def fill(rows=10):
    with connect() as client:
        for name in ("marts", "reference", "raw"):
            client.command(f"create database if not exists {name}")
        client.command(
            "create or replace table marts.t (a UInt64, s LowCardinality(String)) "
            "engine = MergeTree partition by a % 2 order by a"
        )
        client.command(f"insert into marts.t select number, toString(number) from numbers({rows})")
        client.command("create or replace view marts.v as select count() as n from marts.t")
        client.command(
            "create or replace table raw.r engine = MergeTree order by a as select 1 as a"
        )


def read(sql, databases=None):
    import clickhouse_connect

    with reader_clone(databases) as (_, directory):
        client = clickhouse_connect.get_client(interface="chdb", path=str(directory))
        try:
            return client.query(sql).result_rows
        finally:
            client.close()


def sums(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_snapshot_stays_as_it_is(home):
    fill(10)
    first = publish()
    before = sums(first.path)
    assert read("select n from marts.v") == [(10,)]
    with connect() as client:
        client.command("insert into marts.t select 100 + number, 'x' from numbers(90)")
        client.command("optimize table marts.t final")
        client.command("alter table marts.t delete where a < 5 settings mutations_sync = 2")
        client.command("drop table raw.r sync")
    assert read("select n from marts.v") == [(10,)], "nothing was published since"
    assert sums(first.path) == before, "neither the warehouse nor a reader changes it"
    publish()
    assert read("select n from marts.v") == [(95,)]


def test_data_is_linked_and_two_are_kept(home):
    fill(1000)
    names = [publish().id for _ in range(4)]
    served = home / "served"
    assert sorted(path.name for path in served.iterdir()) == sorted([*names[-2:], "current"])
    data = list((served / names[-1]).rglob("*.bin"))
    assert data
    assert all(path.stat().st_nlink >= 3 for path in data), "the warehouse, and two snapshots"


def test_a_clone_has_only_the_databases_asked_for(home):
    fill()
    publish()
    rows = read("select name from system.databases order by name", ["marts", "reference"])
    assert {"marts", "reference"} <= {name for (name,) in rows}
    assert "raw" not in {name for (name,) in rows}
    assert list((home / "served").glob(".reader-*")) == [], "clones are removed"


def test_readers_do_not_wait_for_who_has_the_warehouse(home, start):
    fill(10)
    publish()
    holder = start(sys.executable, "-c", HOLD)
    assert holder.stdout.readline() == "held\n"
    began = time.monotonic()
    answer = CliRunner().invoke(query, ["select count() from marts.t"])
    assert (answer.exit_code, answer.stdout) == (0, "count()\n10\n")
    assert "its state after the build of" in answer.stderr
    report = diagnose()
    assert report["is_connected"] and "in use" in report["note"]
    assert time.monotonic() - began < 10, "the lock's timeout is 15 seconds"


def test_a_build_that_runs_hides_its_half(home, start):
    fill(10)
    publish()
    from orchestration.transformation.dbt import target_path

    lease = acquire(target_path() / "build", time.monotonic())
    try:
        with connect() as client:
            client.command("insert into marts.t select 100, 'half'")
        script = "from orchestration.cli import main; main()"
        other = start(sys.executable, "-c", script, "query", "select count() from marts.t")
        assert other.communicate(timeout=30)[0] == "count()\n10\n"
    finally:
        lease.release()
    with connect_to_read() as reading:
        assert reading.snapshot is None
        assert reading.client.command("select count() from marts.t") == 11


def test_without_a_snapshot_readers_wait_as_before(home, start, monkeypatch):
    fill()
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", "0.3")
    holder = start(sys.executable, "-c", HOLD)
    assert holder.stdout.readline() == "held\n"
    answer = CliRunner().invoke(query, ["select 1"])
    assert type(answer.exception).__name__ == "WarehouseBusyError"


def test_only_a_successful_build_is_published(home):
    from datetime import UTC, datetime

    fill()
    details = {"built_from": "", "started_at": datetime.now(UTC), "nodes": []}
    record(BuildOptions(), is_successful=False, **details)
    assert current_snapshot() is None
    assert record(BuildOptions(), is_successful=True, **details) == []
    assert current_snapshot() is not None


def test_what_prevents_a_snapshot_does_not_fail_the_build(home, start, monkeypatch):
    from datetime import UTC, datetime

    fill()
    monkeypatch.setattr("orchestration.transformation.builds.publish", _full_disk)
    notes = record(
        BuildOptions(), is_successful=True, built_from="", started_at=datetime.now(UTC), nodes=[]
    )
    assert notes == [
        "Readers still see the build before this one: [Errno 28] No space left on device"
    ]


def test_a_kill_at_any_moment_leaves_a_valid_snapshot(home):
    with connect() as client:
        for name in ("marts", "reference"):
            client.command(f"create database {name}")
        for number in range(30):
            client.command(
                f"create table marts.t{number} engine = MergeTree partition by a order by a "
                f"as select number % 3 as a from numbers(6)"
            )
    publish()
    chance = random.Random(7)
    seen = set()
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", PUBLISH], env=os.environ)
        time.sleep(chance.uniform(0.4, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        snapshot = current_snapshot()
        assert snapshot is not None
        seen.add(snapshot.id)
        tables = "+".join(f"(select count() from marts.t{number})" for number in range(30))
        assert read(f"select {tables}") == [(180,)]
    assert len(seen) > 1, "the publisher was killed before it published anything"
    publish()
    left = [path.name for path in (home / "served").iterdir() if path.name[0] == "."]
    assert left == [], "the next one removes what was left behind"


def test_a_file_system_without_links_gets_copies_of_what_people_read(home, monkeypatch):
    fill(10)

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(snapshots.os, "link", refuse)
    snapshot = publish()
    assert not snapshot.is_whole
    rows = read("select name from system.databases")
    assert ("marts",) in rows and ("raw",) not in rows
    assert read("select n from marts.v") == [(10,)]


def test_readers_of_a_replaced_snapshot_take_the_next(home, monkeypatch):
    fill(10)
    publish()
    real = snapshots.clone
    calls = []

    def vanish(source, target, databases=None, **options):
        calls.append(source.name)
        if len(calls) == 1:
            for _ in range(2):
                publish_now()
        real(source, target, databases, **options)

    def publish_now():
        monkeypatch.setattr(snapshots, "clone", real)
        publish()
        monkeypatch.setattr(snapshots, "clone", vanish)

    monkeypatch.setattr(snapshots, "clone", vanish)
    assert read("select n from marts.v") == [(10,)]
    assert len(set(calls)) == 2


def test_a_pointer_to_nothing_is_no_snapshot(home):
    served = settings.home() / "served"
    served.mkdir(parents=True)
    (served / "current").write_text("gone")
    assert current_snapshot() is None


def _full_disk():
    raise OSError(28, "No space left on device")
