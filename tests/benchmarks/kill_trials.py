"""Loads and unloads that are killed at random moments, and what readers and the next load see."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["LoadKills", "contents", "load_state", "run", "write_calls"]

# Kills before it is looked at what readers see, and what the next load makes of it.
_IN_A_ROW = 4


def write_calls(path: Path, runs: int, calls: int, first: int = 0) -> None:
    """Write generic calls, of runs an hour apart."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for number in range(first, first + runs):
            for call in range(calls):
                moment = start + timedelta(hours=number, milliseconds=call)
                record = {
                    "call_id": f"{number}-{call}",
                    "run_id": f"run-{number}",
                    "workflow_id": f"w{number % 3}",
                    "called_at": moment.isoformat(),
                    "model": "gpt-4o",
                    "input_tokens": 100 + call % 50 + number,
                    "output_tokens": call % 7,
                }
                file.write(json.dumps(record) + "\n")


def run(home: Path, *arguments: str, check: bool = True) -> str:
    """Run a command of tokenhouse in a home; return what it printed."""
    done = subprocess.run(
        _command(arguments),
        check=False,
        env=os.environ | {"TOKENHOUSE_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    if check and done.returncode:
        raise RuntimeError(f"{arguments} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def load_state(home: Path) -> int:
    """Return how many loads are visible."""
    return int(
        _query(home, "select count() from raw.loads final where status = 'loaded' format TSV")
    )


def contents(home: Path, layers: tuple[str, ...]) -> dict[str, str]:
    """Return count and digest of the rows of each table of some layers, in any order."""
    tables = _query(
        home,
        "select concat(database, '.', name) from system.tables where database in "
        f"{layers} and engine not like '%View' and name != 'mart_source_loads' order by 1 "
        "format TSV",
    ).split()
    # By which load the records of a run came, and when, differs from home to home.
    row = "formatRow('JSONEachRow', * except (run_version, latest_at))"
    digests = " union all ".join(
        f"select '{table}', toString((count(), sum(cityHash64({row})))) from {table}"
        for table in tables
    )
    lines = _query(home, f"{digests} order by 1 format TSV").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def _query(home: Path, sql: str) -> str:
    return run(home, "query", sql)


def _command(arguments: tuple[str, ...]) -> list[str]:
    return [str(Path(sys.executable).with_name("tokenhouse")), *arguments]


@dataclass
class LoadKills:
    """Loads that are killed, in a home of their own.

    Attributes
    ----------
    folder : Path
        An empty folder.
    seed : int
        Of the moments.
    kills : int
        How many loads were killed before they ended.
    ended : int
        How many had ended before it was their turn.
    differing : list of str
        What was not as it must be.
    """

    folder: Path
    seed: int = 1
    kills: int = 0
    ended: int = 0
    differing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def run(self, wanted: int, minutes: float = 1e9, lines: int = 20_000) -> None:
        """Kill loads that replace two files, and unloads; look at once, and after the next load."""
        end = time.monotonic() + 60 * minutes
        logs, home, state = (self.folder / name for name in ("logs", "home", "state.json"))
        # One is inserted in several batches, the other one in one.
        right = [f"a.jsonl\t{lines}\t{lines}\t1", "b.jsonl\t500\t500\t1"]
        if not state.exists():
            logs.mkdir(parents=True)
            write_calls(logs / "a.jsonl", runs=20, calls=lines // 20)
            write_calls(logs / "b.jsonl", runs=10, calls=50, first=50)
            state.write_text(self.outcome())
        for name, value in json.loads(state.read_text()).items():
            setattr(self, name, value)
        self._random = random.Random(self.seed + self.kills)
        run(home, "load", str(logs))
        seconds = self._timed(home, "load", "--force", str(logs))
        while self.kills < wanted and time.monotonic() < end:
            is_unloaded = False
            for _ in range(_IN_A_ROW):
                is_unload = self.kills % 7 == 6
                is_unloaded |= is_unload
                command = ("unload", str(logs)) if is_unload else ("load", "--force", str(logs))
                self._kill(home, seconds, *command)
            # Each file is there once and whole, or, if it was taken away, not at all.
            shown = self._shown(home)
            if set(shown) - set(right) or not (is_unloaded or shown == right):
                self.differing.append(f"kill {self.kills}: {shown} right after")
            run(home, "load", str(logs))
            if (shown := self._shown(home)) != right:
                self.differing.append(f"kill {self.kills}: {shown}")
            state.write_text(self.outcome())

    def outcome(self) -> str:
        """Return what was found, as JSON."""
        names = ("kills", "ended", "differing")
        return json.dumps({name: getattr(self, name) for name in names})

    def _shown(self, home: Path) -> list[str]:
        return _query(
            home,
            "select replaceRegexpOne(_source_file, '.*/', '') as file, count(), "
            "uniqExact(record), uniqExact(_load_id) from raw.generic_calls where _load_id in "
            "(select load_id from raw.loads final where status = 'loaded') "
            "group by file order by file format TSV",
        ).splitlines()

    def _kill(self, home: Path, seconds: float, *arguments: str) -> None:
        """Start a command, and kill it at a random moment of the computing it takes."""
        process = subprocess.Popen(
            _command(arguments),
            env=os.environ | {"TOKENHOUSE_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        moment = self._random.uniform(0.05, seconds)
        while process.poll() is None:
            if _computed(process.pid) >= moment:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.005)
        if process.returncode == -signal.SIGKILL:
            self.kills += 1
        else:
            self.ended += 1

    def _timed(self, home: Path, *arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(home, *arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _computed(process_id: int) -> float:
    """Return the seconds that a process has computed, whoever else uses the machine."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
