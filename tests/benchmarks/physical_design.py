"""What other codecs, types and projections would bring the largest tables; write the doc.

python tests/benchmarks/physical_design.py "300,000 runs=HOME" "transcripts=HOME"
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.warehouse.client import connect

DOC = settings.project_dir() / "docs" / "accuracy" / "physical_design.md"
INTRODUCTION = """# Codecs and projections

What the largest tables of a warehouse would take on disk, to write and to read with other codecs
than the engine's default, LZ4. Each is copied in the order it has, with each design in turn,
{times} times; the seconds are medians. Written is all of it, by one insert; read is every column of
every row, from the system's cache. A run's calls are looked up in `fct_calls`, which is ordered by
day: as it is, and with a projection that holds all columns ordered by run.
Written by `python tests/benchmarks/physical_design.py "NAME=HOME" …`.

"""
# Costs and times are floats and moments in order, which codecs of their own are made for.
DESIGNS = {
    "LZ4": ("", ""),
    "ZSTD(1)": ("default_compression_codec = 'ZSTD(1)'", ""),
    "ZSTD(3)": ("default_compression_codec = 'ZSTD(3)'", ""),
    "codecs by type, ZSTD(1)": ("default_compression_codec = 'ZSTD(1)'", "codecs"),
    "LZ4, repeated text as LowCardinality": ("", "text"),
}
BY_TYPE = (
    ("DateTime64", "Delta, ZSTD(1)"),
    ("Float64", "Gorilla, ZSTD(1)"),
    ("UInt64", "T64, ZSTD(1)"),
    ("UInt32", "T64, ZSTD(1)"),
)
PROJECTIONS = {"as it is": "", "with a projection": "select * order by run_id"}
LOOKED_UP = 50
TIMES = 3
LARGEST = 12
SCRATCH = "design_trials"


@dataclass
class Trial:
    """One design of one table, or of several together.

    Attributes
    ----------
    size : int
        Bytes on disk.
    writing, reading : float
        Seconds.
    """

    size: int
    writing: float
    reading: float


def largest_tables(client: Any) -> list[tuple[str, str, str, str, int]]:
    """Return database, name, order and partition keys and bytes of the largest tables."""
    return client.query(
        "select database, name, sorting_key, partition_key, total_bytes from system.tables "
        "where engine like '%MergeTree' and database not in ('system', {scratch:String}) "
        "order by total_bytes desc, name limit {limit:UInt32}",
        parameters={"limit": LARGEST, "scratch": SCRATCH},
    ).result_rows


def columns_of(client: Any, database: str, table: str, change: str) -> str:
    """Return a table's columns as they are declared, with codecs by type or text as LowCardinality.

    Text counts as repeated from ten rows per value on.
    """
    columns = client.query(
        "select name, type from system.columns where database = {database:String} "
        "and table = {table:String} order by position",
        parameters={"database": database, "table": table},
    ).result_rows
    texts = [name for name, kind in columns if kind in ("String", "Nullable(String)")]
    repeated: set[str] = set()
    if change == "text" and texts:
        counted = ", ".join(f"uniq(`{name}`) * 10 < count()" for name in texts)
        [found] = client.query(f"select {counted} from `{database}`.`{table}`").result_rows
        repeated = {name for name, is_repeated in zip(texts, found, strict=True) if is_repeated}
    declared = []
    for name, kind in columns:
        plain = kind.removeprefix("Nullable(")
        codec = next((codec for start, codec in BY_TYPE if plain.startswith(start)), "")
        declared.append(
            f"`{name}` "
            + (f"LowCardinality({kind})" if name in repeated else kind)
            + f" codec({codec})" * bool(change == "codecs" and codec)
        )
    return ", ".join(declared)


def disk_bytes(client: Any) -> int:
    """Return what the copy takes on disk."""
    parts = f"system.parts where active and database = '{SCRATCH}'"
    return int(client.command(f"select sum(bytes_on_disk) from {parts}"))


def tried(client: Any, table: tuple[str, str, str, str, int], design: str) -> Trial:
    """Copy a table with a design, and read the copy."""
    database, name, order, partition, _ = table
    setting, change = DESIGNS[design]
    writing, reading = [], []
    for _ in range(TIMES):
        client.command(f"drop table if exists {SCRATCH}.copy sync")
        client.command(
            f"create table {SCRATCH}.copy ({columns_of(client, database, name, change)}) "
            f"engine = MergeTree order by ({order})"
            + f" partition by {partition}" * bool(partition)
            + f" settings allow_nullable_key = 1, {setting}".rstrip(", ")
        )
        started = time.monotonic()
        client.command(f"insert into {SCRATCH}.copy select * from `{database}`.`{name}`")
        writing.append(time.monotonic() - started)
        started = time.monotonic()
        client.command(f"select sum(cityHash64(*)) from {SCRATCH}.copy")
        reading.append(time.monotonic() - started)
    return Trial(disk_bytes(client), statistics.median(writing), statistics.median(reading))


def look_ups(client: Any) -> Iterator[str]:
    """Yield the lines of the table of looking up a run's calls, without and with a projection."""
    facts = f"`{settings.database('marts')}`.fct_calls"
    runs = client.query(
        f"select run_id from {facts} group by run_id order by cityHash64(run_id) limit {LOOKED_UP}"
    ).result_columns[0]
    yield "\n| `fct_calls` | MB on disk | A run's calls, ms |\n|---|--:|--:|\n"
    for design, projection in PROJECTIONS.items():
        client.command(f"drop table if exists {SCRATCH}.copy sync")
        client.command(f"create table {SCRATCH}.copy as {facts}")
        if projection:
            client.command(f"alter table {SCRATCH}.copy add projection by_run ({projection})")
        client.command(f"insert into {SCRATCH}.copy select * from {facts}")
        seconds = []
        for run in runs:
            started = time.monotonic()
            client.query(
                f"select * from {SCRATCH}.copy where run_id = {{run:String}}",
                parameters={"run": run},
            )
            seconds.append(time.monotonic() - started)
        size = disk_bytes(client)
        yield f"| {design} | {size / 1e6:,.0f} | {statistics.median(seconds) * 1e3:.0f} |\n"


def report(name: str, home: Path) -> Iterator[str]:
    """Yield the lines of one warehouse's table."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    with connect() as client:
        client.command(f"create database if not exists {SCRATCH}")
        client.command("system stop merges")
        tables = largest_tables(client)
        trials = {design: [tried(client, table, design) for table in tables] for design in DESIGNS}
        found = [*look_ups(client)]
        client.command(f"drop database {SCRATCH} sync")
        client.command("system start merges")
    yield f"\n## {name}\n\nThe largest: " + ", ".join(f"`{table[1]}`" for table in tables) + ".\n\n"
    yield "| Design | MB on disk | Written, s | Read, s |\n|---|--:|--:|--:|\n"
    for design, of_tables in trials.items():
        yield (
            f"| {design} | {sum(trial.size for trial in of_tables) / 1e6:,.0f} "
            f"| {sum(trial.writing for trial in of_tables):.1f} "
            f"| {sum(trial.reading for trial in of_tables):.1f} |\n"
        )
    yield from found


def main() -> None:
    """Measure, and write the doc."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouses", nargs="+", metavar="NAME=HOME")
    parser.add_argument("--print", action="store_true", help="do not write the doc")
    options = parser.parse_args()
    text = INTRODUCTION.format(times=TIMES)
    for warehouse in options.warehouses:
        name, _, home = warehouse.rpartition("=")
        text += "".join(report(name, Path(home).resolve()))
    if options.print:
        print(text)
    else:
        DOC.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
