"""Loads and builds that are killed at random moments, and what the next one makes of them."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["KillTrials"]

_MARTS = ("baselines", "scores", "regressions", "predictions", "marts")
_VARS = "{sources: [generic, cascade]}"
_WITHOUT_TESTS = ("--", "--exclude-resource-type", "test", "unit_test")


def write_calls(path: Path, runs: int, calls: int, first: int = 0) -> None:
    """Write generic calls, of runs an hour apart."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for run in range(first, first + runs):
            for call in range(calls):
                moment = start + timedelta(hours=run, milliseconds=call)
                record = {
                    "call_id": f"{run}-{call}",
                    "run_id": f"run-{run}",
                    "workflow_id": f"w{run % 3}",
                    "called_at": moment.isoformat(),
                    "model": "gpt-4o",
                    "input_tokens": 100 + call % 50 + run,
                    "output_tokens": call % 7,
                }
                file.write(json.dumps(record) + "\n")


@dataclass
class KillTrials:
    """A home in which commands are killed, and others that are left alone.

    Attributes
    ----------
    folder : Path
        An empty folder.
    seed : int
        Of the moments of the kills.
    kills : int
        How many commands were killed before they ended.
    ended : int
        How many had ended before it was their turn.
    differing : list of str
        What was not the same afterwards.
    """

    folder: Path
    seed: int = 1
    kills: int = 0
    ended: int = 0
    differing: list[str] = field(default_factory=list)

    def __post_init__(self):
        self._random = random.Random(self.seed)
        self._always, self._sometimes = self.folder / "a.jsonl", self.folder / "b.jsonl"

    def of_loads(self, wanted: int, lines: int = 20_000) -> None:
        """Kill loads, and compare what the raw table shows with what the file holds."""
        write_calls(self._always, runs=20, calls=lines // 20)
        home = self.folder / "loads"
        seconds = self._timed(home, "load", str(self._always))
        while self.kills < wanted:
            self._killed(home, seconds, "load", "--force", str(self._always))
            self._run(home, "load", str(self._always))
            shown = self._query(
                home,
                "select count(), uniqExact(record), uniqExact(_load_id) from raw.generic_calls "
                "where _load_id in (select load_id from raw.loads final where status = 'loaded')",
            )
            if shown.split() != [str(lines), str(lines), "1"]:
                self.differing.append(f"kill {self.kills}: {shown}")

    def of_builds(self, wanted: int, runs: int = 30, calls: int = 20) -> None:
        """Kill builds that add and take away runs, and compare every table with whole builds'."""
        write_calls(self._always, runs=runs, calls=calls)
        # Some of its calls belong to a run that is there already.
        write_calls(self._sometimes, runs=10, calls=calls + 5, first=runs - 3)
        right = {}
        for with_both in (False, True):
            home = self.folder / f"right {with_both}"
            self._toggle(home, with_both)
            self._build(home)
            right[with_both] = self._contents(home)
        home, with_both = self.folder / "builds", False
        self._toggle(home, with_both)
        self._build(home)
        self._toggle(home, not with_both)
        seconds = self._timed(home, "build", "--vars", _VARS, *_WITHOUT_TESTS)
        with_both = not with_both
        while self.kills < wanted:
            with_both = not with_both
            self._toggle(home, with_both)
            self._killed(home, seconds, "build", "--vars", _VARS, *_WITHOUT_TESTS)
            self._build(home)
            found = self._contents(home)
            self.differing += [
                f"kill {self.kills}: {table}"
                for table in right[with_both]
                if found.get(table) != right[with_both][table]
            ]

    def _toggle(self, home: Path, with_both: bool) -> None:
        self._run(home, "load", str(self._always))
        self._run(home, "load" if with_both else "unload", str(self._sometimes), check=False)

    def _build(self, home: Path) -> None:
        self._run(home, "build", "--vars", _VARS, *_WITHOUT_TESTS)

    def _contents(self, home: Path) -> dict[str, str]:
        """Return a digest of each table's rows, in any order."""
        tables = self._query(
            home,
            "select concat(database, '.', name) from system.tables where database in "
            f"{_MARTS} and engine not like '%View' and name != 'mart_source_loads' order by 1",
        ).split()
        digests = " union all ".join(
            f"select '{table}', toString((count(), sum(cityHash64(formatRow('JSONEachRow', *))))) "
            f"from {table}"
            for table in tables
        )
        lines = self._query(home, f"{digests} order by 1").splitlines()
        return dict(line.split("\t", 1) for line in lines)

    def _killed(self, home: Path, seconds: float, *arguments: str) -> None:
        """Start a command, and kill it at a random moment of the time it takes."""
        process = subprocess.Popen(
            self._command(arguments),
            env=self._environment(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(self._random.uniform(0.05, seconds))
            self.ended += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.kills += 1

    def _timed(self, home: Path, *arguments: str) -> float:
        started = time.monotonic()
        self._run(home, *arguments)
        return time.monotonic() - started

    def _query(self, home: Path, sql: str) -> str:
        return self._run(home, "query", sql + " format TSV")

    def _run(self, home: Path, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            self._command(arguments),
            check=False,
            env=self._environment(home),
            capture_output=True,
            text=True,
        )
        if check and done.returncode:
            self.differing.append(
                f"kill {self.kills}: {arguments[0]} ended with {done.returncode}: "
                f"{done.stderr.strip()[-300:]}"
            )
        return done.stdout

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [str(Path(sys.executable).with_name("tokenhouse")), *arguments]

    def _environment(self, home: Path) -> dict[str, str]:
        # A dbt whose parent was killed needs a moment to end.
        return os.environ | {
            "TOKENHOUSE_HOME": str(home),
            "TOKENHOUSE_LOCK_TIMEOUT_SECONDS": "120",
        }
