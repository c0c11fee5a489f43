"""A home with every mart, filled with rows of its contract's types, and the real server on it."""

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
import yaml

from orchestration import settings

ROWS = 50
# Every kind of column that a result can have.
TYPES = """
    select
        number as id,
        toNullable(number) as maybe,
        if(number % 3 = 0, null, number) as sometimes,
        if(number % 2 = 0, nan, if(number = 1, inf, -inf)) as odd_float,
        toDecimal128('12345678901234.123456789012', 12) as usd,
        toDecimal64(number, 4) as small_usd,
        toDateTime64('2026-01-02 03:04:05.678901', 6, 'UTC') as at,
        toDateTime('2026-01-02 03:04:05', 'UTC') as at_second,
        toDate('2026-01-02') as day,
        toDate32('1950-01-02') as old_day,
        toString(number) as word,
        toLowCardinality(toString(number % 7)) as category,
        toLowCardinality(if(number % 4 = 0, null, toString(number % 5))) as maybe_category,
        ['a', toString(number)] as words,
        arrayMap(x -> toLowCardinality(toString(x)), range(number % 4)) as categories,
        cast([(number, [word])], 'Array(Tuple(n UInt64, `a b` Array(String)))') as nested,
        map('k', number, 'l', number + 1) as counts,
        tuple(number, 'x', toNullable(1)) as pair,
        toFixedString('abcd', 4) as fixed,
        toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') as uuid,
        toIPv4('10.0.0.1') as ip,
        toIPv6('::1') as ip6,
        cast(number % 2, 'Enum8(\\'no\\' = 0, \\'yes\\' = 1)') as answer,
        number % 2 = 0 as is_even,
        toInt256(number) as large
    from numbers(50)
"""


@dataclass
class Served:
    """A running server."""

    port: int
    home: Path
    process: subprocess.Popen
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def ask(self, sql: str, **options) -> httpx.Response:
        return self.http.post("/", content=sql.encode(), **options)

    def rows(self, sql: str) -> list[list]:
        answer = self.ask(sql, params={"default_format": "JSONCompact"})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


def mart_columns() -> dict[str, list[tuple[str, str]]]:
    """Return the columns of each mart, as its contract has them."""
    found = {}
    for path in sorted((settings.project_dir() / "models" / "marts").glob("**/_*.yml")):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models", []):
            columns = {column["name"]: column["data_type"] for column in model["columns"]}
            found[model["name"]] = list(columns.items())
    return found


def fill(home: Path) -> None:
    """Make a warehouse of all marts, and publish it; in a process of its own."""
    subprocess.run(
        [sys.executable, "-c", "from serving.served import make; make()"],
        env=environment(home) | {"PYTHONPATH": "tests/python"},
        cwd=settings.project_dir(),
        check=True,
    )


def make() -> None:
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.snapshots import publish

    with connect() as client:
        for database in ("marts", "reference", "raw"):
            client.command(f"create database {database}")
        for name, columns in mart_columns().items():
            listed = ", ".join(f"`{column}` {data_type}" for column, data_type in columns)
            client.command(
                f"create table marts.{name} ({listed}) engine = MergeTree order by tuple() "
                f"comment 'Rows of {name}'"
            )
            client.command(
                f"insert into marts.{name} select * from generateRandom("
                f"{_quoted(listed)}, 1, 8, 2) limit {ROWS}"
            )
        client.command(f"create table marts.types engine = MergeTree order by id as {TYPES}")
        client.command(
            "create table reference.alert_rules (rule_id String) engine = MergeTree "
            "order by rule_id as select 'r' || toString(number) from numbers(3)"
        )
        client.command(
            "create table raw.texts (secret String) engine = MergeTree order by secret "
            "as select 'a secret text'"
        )
    publish()


def environment(home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOKENHOUSE_", "CLICKHOUSE_"))
    }
    return kept | {"TOKENHOUSE_HOME": str(home)}


@contextlib.contextmanager
def serving(home: Path, *arguments: str, extra: dict[str, str] | None = None):
    """Run ``tokenhouse serve`` on a free port, with further variables of the environment."""
    command = [Path(sys.executable).with_name("tokenhouse"), "serve", "--port", "0", *arguments]
    path = home / f"serve_{secrets.token_hex(4)}.log"
    with path.open("w+") as log:
        process = subprocess.Popen(
            command, env=environment(home) | (extra or {}), stdout=log, stderr=log
        )
        try:
            served = Served(_port(path, process), home, process, path)
            yield served
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(log: Path, process: subprocess.Popen) -> int:
    for _ in range(300):
        found = re.search(r"http://\S+?:(\d+)/", log.read_text())
        if found:
            return int(found[1])
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
