"""Kill builds at many points, let the next one end, and compare every table with whole builds'.

python tests/benchmarks/kill_builds.py FOLDER KILLS MINUTES SEED prints the outcome as JSON. What is
in the folder is gone on with, so that many kills may be spread over several runs.

The project is parsed once, and only some marts are built. Each build is a fork of this process
that runs what the process of ``tokenhouse build`` runs, with the plan and its parts; tests of the
models are left out.
"""

import json
import os
import random
import subprocess
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forked_build import OPTIONS, build_forked
from kill_points import Point, arm
from kill_trials import contents, load_state, run, write_calls
from orchestration.transformation.dbt import environment

__all__ = ["BuildKills", "kill_in_homes"]

_IN_A_ROW = 10
_LAYERS = (
    "conformed",
    "intermediate",
    "baselines",
    "scores",
    "regressions",
    "predictions",
    "marts",
)
_SHARES = {
    "any moment": 6,
    "before a statement": 2,
    "within an insert": 5,
    "before remembering a part": 2,
    "after remembering a part": 2,
}


@dataclass
class BuildKills:
    """Builds that are killed, in a home of their own.

    Attributes
    ----------
    folder : Path
        An empty folder.
    seed : int
        Of the points.
    killed : Counter
        How many builds were killed, by kind of point.
    ended : int
        How many had ended before.
    compared : int
        How many comparisons of all tables there were.
    tables, rows : int
        How many tables a comparison has, and how many rows.
    differing : list of str
        What was not the same afterwards.
    """

    folder: Path
    seed: int = 1
    killed: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    compared: int = 0
    tables: int = 0
    rows: int = 0
    differing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._always, self._sometimes = self.folder / "a.jsonl", self.folder / "b.jsonl"
        self._manifest: Any = None

    def run(self, wanted: int, minutes: float = 1e9) -> None:
        """Kill builds until there are so many kills, or the time is over."""
        end = time.monotonic() + 60 * minutes
        state = self.folder / "state.json"
        if not state.exists():
            state.write_text(json.dumps(self._prepared()))
        right, self._seconds, outcome = json.loads(state.read_text())
        self.killed = Counter(outcome.pop("killed"))
        for name, value in outcome.items():
            setattr(self, name, value)
        self._random = random.Random(self.seed + self.compared)
        self._enter(self.folder / "builds")
        while self.killed.total() < wanted and time.monotonic() < end:
            with_both = self.compared % 2 == 0
            self._toggle(with_both)
            points: list[Point] = []
            while len(points) < _IN_A_ROW and self._kill(point := self._point()):
                points.append(point)
            self._build()
            self._compare(right[with_both], points)
            found = json.loads(self.outcome())
            state.write_text(json.dumps([right, self._seconds, found]))

    def _prepared(self, runs: int = 30, calls: int = 20) -> list[Any]:
        """Build both states in homes that are left alone, and watch builds of a third one."""
        write_calls(self._always, runs=runs, calls=calls)
        # Some of its calls belong to a run that is there already.
        write_calls(self._sometimes, runs=10, calls=calls + 5, first=runs - 3)
        right = []
        for with_both in (False, True):
            self._enter(self.folder / f"right {with_both}")
            self._toggle(with_both)
            self._build()
            right.append(contents(self._home, _LAYERS))
        self.tables = len(right[True])
        self.rows = sum(int(digest.strip("(").split(",")[0]) for digest in right[True].values())
        self._enter(self.folder / "builds")
        self._toggle(False)
        self._build()
        self._toggle(True)
        note = self.folder / "seconds.json"
        self._forked(None, note)
        self._toggle(False)
        self._build()
        return [right, json.loads(note.read_text()), json.loads(self.outcome())]

    def outcome(self) -> str:
        """Return what was found, as JSON."""
        names = ("killed", "ended", "compared", "tables", "rows", "differing")
        return json.dumps({name: getattr(self, name) for name in names})

    def _compare(self, right: dict[str, str], points: list[Point]) -> None:
        found = contents(self._home, _LAYERS)
        self.compared += 1
        self.differing += [
            f"{table} after {points}"
            for table in right.keys() | found.keys()
            if found.get(table) != right.get(table)
        ]

    def _point(self) -> Point:
        """Draw a point that the next build reaches: what the killed ones made is not made again."""
        kind = self._random.choices(list(_SHARES), list(_SHARES.values()))[0]
        if kind == "any moment":
            return Point(kind, self._random.uniform(0.3, self._seconds / 3))
        if kind == "before a statement":
            return Point(kind, self._random.randint(1, 250))
        if kind == "within an insert":
            return Point(kind, self._random.randint(1, 5), self._random.uniform(0, 0.3))
        return Point(kind, self._random.choice((0, 0, 0, 1)))

    def _enter(self, home: Path) -> None:
        os.environ["TOKENHOUSE_HOME"] = str(home)
        os.environ.update(environment())
        self._home = home

    def _toggle(self, with_both: bool) -> None:
        run(self._home, "load", str(self._always))
        run(self._home, "load" if with_both else "unload", str(self._sometimes), check=False)
        if (wanted := 2 if with_both else 1) != (found := load_state(self._home)):
            self.differing.append(f"{found} loads are visible instead of {wanted}")

    def _build(self) -> None:
        code = self._forked(None)
        (self._home / "built").touch()
        if code:
            self.differing.append(f"a build that nobody killed ended with {code}")

    def _kill(self, point: Point) -> bool:
        """Return whether a build was killed, and had not ended before."""
        code = self._forked(point)
        if code == -9:
            self.killed[point.kind] += 1
        elif code == 0:
            self.ended += 1
        else:
            self.differing.append(f"a build ended with {code} at {point}")
        return code == -9

    def _forked(self, point: Point | None, note: Path | None = None) -> int:
        """Build in a fork of this process; return how it ended."""
        self._parse()
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        try:
            arm(point)
            code = build_forked(self._manifest, is_prepared=(self._home / "built").exists())
            if note:
                note.write_text(json.dumps(time.process_time()))
        except BaseException as error:
            traceback.print_exception(error)
            code = 70
        os._exit(code)

    def _parse(self) -> None:
        if self._manifest is None:
            from dbt.cli.main import dbtRunner

            arguments = ["--quiet", "parse", "--vars", OPTIONS.variables_argument]
            self._manifest = dbtRunner().invoke(arguments).result


def kill_in_homes(place: Path, homes: int, wanted: int, minutes: float) -> dict[str, Any]:
    """Kill builds in several homes at once, in processes that have no engine yet: they fork."""
    each = str(-(-wanted // homes))
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, place / str(home), each, str(minutes), str(home)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for home in range(1, homes + 1)
    ]
    outcomes = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    found: dict[str, Any] = {name: outcomes[0][name] for name in ("tables", "rows")}
    found["killed"] = sum((Counter(outcome["killed"]) for outcome in outcomes), Counter())
    for name in ("ended", "compared"):
        found[name] = sum(outcome[name] for outcome in outcomes)
    return found | {"differing": [line for outcome in outcomes for line in outcome["differing"]]}


def main() -> None:
    """Kill as many builds as asked for."""
    folder, wanted, minutes, seed = Path(sys.argv[1]), *map(float, sys.argv[2:5])
    folder.mkdir(parents=True, exist_ok=True)
    kills = BuildKills(folder, int(seed))
    kills.run(int(wanted), minutes)
    print(kills.outcome())


if __name__ == "__main__":
    main()
