"""Disks that are full, have no inodes left, are read-only or gone, and clocks that step back.

Disks are small ones in memory, which only root can mount.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kill_trials import write_calls

__all__ = ["Case", "try_clock", "try_disks"]

_LINES = 2_000
_IO_ERROR = 74


@dataclass(frozen=True)
class Case:
    """What was tried, and what became of it.

    Attributes
    ----------
    name : str
        What was tried.
    became : str
        Exit code and words, or what was seen.
    is_good : bool
        Whether it is what must be.
    """

    name: str
    became: str
    is_good: bool


def try_disks(folder: Path) -> list[Case]:
    """Load, build and read on small disks that fail.

    Parameters
    ----------
    folder : Path
        An empty folder.

    Returns
    -------
    list of Case
        In the order tried.
    """
    logs = folder / "logs"
    logs.mkdir(parents=True)
    write_calls(logs / "a.jsonl", runs=20, calls=_LINES // 20)
    write_calls(logs / "b.jsonl", runs=2_000, calls=100, first=50)
    cases = []
    with _disk(folder / "full", "size=64m") as disk:
        _fill(disk, leave=40 << 20)
        cases.append(_loaded("load on a disk with room", disk, logs / "a.jsonl"))
        _fill(disk, leave=1 << 20)
        cases += _failing("no space", disk, logs, "is full")
    with _disk(folder / "inodes", "size=256m,nr_inodes=4000") as disk:
        cases.append(_loaded("load on a disk with inodes", disk, logs / "a.jsonl"))
        _use_up_inodes(disk)
        cases += _failing("no inodes", disk, logs, "is full")
    with _disk(folder / "read-only", "size=256m") as disk:
        cases.append(_loaded("load on a disk that can be written", disk, logs / "a.jsonl"))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        cases += _failing("read-only", disk, logs, "is read-only")
    home = folder / "gone" / "home"
    cases.append(_deleted_while_loading(home, logs / "b.jsonl"))
    return cases


def _failing(what: str, disk: Path, logs: Path, words: str) -> list[Case]:
    """Load and build where nothing can be written, then read what was loaded before."""
    cases = []
    for command in (["load", str(logs / "b.jsonl")], ["build", "--vars", "{sources: [generic]}"]):
        code, said = _run(disk / "home", *command)
        sentence = next((line for line in said.splitlines() if words in line), said[-200:])
        is_good = code == _IO_ERROR and words in sentence and "b.jsonl" not in sentence
        cases.append(Case(f"{what}: {command[0]}", f"exit {code}: {_short(sentence)}", is_good))
    code, said = _run(disk / "home", "query", "select count() from raw.generic_calls format TSV")
    rows = said.partition("\n")[0]
    is_good = (code, rows) == (0, f"{_LINES}")
    cases.append(Case(f"{what}: query", f"exit {code}, {rows} rows", is_good))
    return cases


def _loaded(name: str, disk: Path, log: Path) -> Case:
    code, said = _run(disk / "home", "load", str(log))
    return Case(name, f"exit {code}: {_short(said)}", code == 0 and f"{_LINES:,} rows" in said)


def _deleted_while_loading(home: Path, log: Path) -> Case:
    """Take the home away in the middle of a load, which must not hang nor say an engine's words."""
    _run(home, "query", "select 1")
    process = subprocess.Popen(
        _command("load", str(log)),
        env=os.environ | {"TOKENHOUSE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(1.5)
    shutil.rmtree(home, ignore_errors=True)
    said, _ = process.communicate(timeout=120)
    is_good = process.returncode == _IO_ERROR and "DB::" not in said
    return Case("home deleted: load", f"exit {process.returncode}: {_short(said)}", is_good)


def try_clock(folder: Path) -> list[Case]:
    """Load with a clock that is a day ahead, then with one that is right.

    Parameters
    ----------
    folder : Path
        An empty folder.

    Returns
    -------
    list of Case
        In the order tried.
    """
    log = folder / "a.jsonl"
    folder.mkdir(parents=True)
    write_calls(log, runs=2, calls=50)
    home, cases = folder / "home", []
    visible = (
        "select count(), uniqExact(_load_id) from raw.generic_calls where _load_id in "
        "(select load_id from raw.loads final where status = 'loaded') format TSV"
    )
    steps = (
        ("load, a day ahead", ["load", str(log)], 1, "100\t1"),
        ("load again, the clock stepped back", ["load", "--force", str(log)], 0, "100\t1"),
        ("load, a year behind", ["load", "--force", str(log)], -365, "100\t1"),
        ("unload, a year behind", ["unload", str(log)], -365, "0\t0"),
        ("load, the clock is right", ["load", str(log)], 0, "100\t1"),
    )
    for name, arguments, days, right in steps:
        code, _ = _run(home, *arguments, days=days)
        _, seen = _run(home, "query", visible)
        cases.append(
            Case(
                name,
                f"exit {code}, {seen.strip().replace(chr(9), ' rows of loads: ')}",
                (code, seen.strip()) == (0, right),
            )
        )
    return cases


_SHIFTED = """
import sys
from datetime import datetime, timedelta
import orchestration.loading.ledger as ledger, orchestration.loading.loader as loader

class Shifted(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days={days})

ledger.datetime = loader.datetime = Shifted
from orchestration.cli import main
main()
"""


def _run(home: Path, *arguments: str, days: int = 0) -> tuple[int, str]:
    """Run a command, with the clock of the ledger so many days off."""
    command = _command(*arguments)
    if days:
        command = [sys.executable, "-c", _SHIFTED.format(days=days), *arguments]
    done = subprocess.run(
        command,
        check=False,
        env=os.environ | {"TOKENHOUSE_HOME": str(home), "TMPDIR": "/tmp"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def _command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("tokenhouse")), *arguments]


@contextlib.contextmanager
def _disk(place: Path, options: str) -> Iterator[Path]:
    """Mount a small disk in memory."""
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(disk: Path, leave: int) -> None:
    """Write a file that leaves so many bytes of the disk."""
    with (disk / f"filler {leave}").open("wb") as file, contextlib.suppress(OSError):
        file.write(bytes(max(0, shutil.disk_usage(disk).free - leave)))


def _use_up_inodes(disk: Path) -> None:
    with contextlib.suppress(OSError):
        for number in range(100_000):
            (disk / f"filler {number}").touch()


def _short(said: str) -> str:
    named = re.sub(r"/\S*/(\S+)/home\b", r"…/\1/home", " ".join(said.split()))
    return named[:160].replace("|", "/")
