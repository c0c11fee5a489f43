"""Kill builds at many points, let the next one end, and compare every table with whole builds'.

python tests/benchmarks/kill_builds.py FOLDER KILLS prints the outcome as JSON.

The project is parsed once, and only some marts are built. Each build is a fork of this process
that runs what the process of ``tokenhouse build`` runs, with the plan and its parts; tests of the
models are left out.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forked_build import OPTIONS, build_forked
from kill_points import Point, Watch, arm
from kill_trials import contents, load_state, run, write_calls
from orchestration.transformation.dbt import environment

__all__ = ["BuildKills"]

_IN_A_ROW = 8
_SHARES = {
    "any moment": 6,
    "before a statement": 2,
    "within a statement": 5,
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

    def run(self, wanted: int, runs: int = 30, calls: int = 20) -> None:
        """Build both states in homes that are left alone, then kill in another one."""
        write_calls(self._always, runs=runs, calls=calls)
        # Some of its calls belong to a run that is there already.
        write_calls(self._sometimes, runs=10, calls=calls + 5, first=runs - 3)
        right = {}
        for with_both in (False, True):
            self._enter(self.folder / f"right {with_both}")
            self._toggle(with_both)
            self._build()
            right[with_both] = contents(self._home)
        self.tables = len(right[True])
        self.rows = sum(int(digest.strip("(").split(",")[0]) for digest in right[True].values())
        self._enter(self.folder / "builds")
        self._toggle(False)
        self._build()
        watched = {}
        for with_both in (True, False):
            self._toggle(with_both)
            watched[with_both] = self._watched()
        borders = self._borders(max(watch.parts for watch in watched.values()))
        with_both = False
        while sum(self.killed.values()) < wanted:
            with_both = not with_both
            self._toggle(with_both)
            points = []
            for _ in range(_IN_A_ROW):
                points.append(self._point(watched[with_both], borders))
                self._kill(points[-1])
            self._build()
            self._compare(right[with_both], points)
            # What was found so far, should this be cut off itself.
            (self.folder / "outcome.json").write_text(self.outcome())

    def outcome(self) -> str:
        """Return what was found, as JSON."""
        names = ("killed", "ended", "compared", "tables", "rows", "differing")
        return json.dumps({name: getattr(self, name) for name in names})

    def _compare(self, right: dict[str, str], points: list[Point]) -> None:
        found = contents(self._home)
        self.compared += 1
        self.differing += [
            f"{table} after {points}"
            for table in right.keys() | found.keys()
            if found.get(table) != right.get(table)
        ]

    def _borders(self, parts: int) -> list[Point]:
        return [
            Point(f"{moment} remembering a part", part)
            for part in range(parts)
            for moment in ("before", "after")
        ]

    def _point(self, watch: Watch, borders: list[Point]) -> Point:
        kind = self._random.choices(list(_SHARES), list(_SHARES.values()))[0]
        if kind == "any moment":
            return Point(kind, self._random.uniform(0.3, self._seconds))
        if kind == "before a statement":
            return Point(kind, self._random.randint(1, len(watch.statements)))
        if kind == "within a statement":
            inserts = [
                (number, seconds)
                for number, (writes, seconds) in enumerate(watch.statements, start=1)
                if writes
            ]
            number, seconds = self._random.choice(inserts)
            return Point(kind, number, self._random.uniform(0, seconds))
        # Every border in turn.
        point = next(border for border in borders if border.kind == kind)
        borders.remove(point)
        borders.append(point)
        return point

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

    def _watched(self) -> Watch:
        """Build, and return what was done; moments are drawn from the time of the last one."""
        note = self.folder / "watch.json"
        started = time.monotonic()
        self._forked(None, note)
        self._seconds = time.monotonic() - started
        return Watch(**json.loads(note.read_text()))

    def _kill(self, point: Point) -> None:
        code = self._forked(point)
        if code == -9:
            self.killed[point.kind] += 1
        elif code == 0:
            self.ended += 1
        else:
            self.differing.append(f"a build ended with {code} at {point}")

    def _forked(self, point: Point | None, note: Path | None = None) -> int:
        """Build in a fork of this process; return how it ended."""
        self._parse()
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        try:
            watch = Watch()
            arm(point, watch)
            code = build_forked(self._manifest, is_prepared=(self._home / "built").exists())
            if note:
                note.write_text(json.dumps(asdict(watch)))
        except BaseException as error:
            print(error, file=sys.stderr)
            code = 70
        os._exit(code)

    def _parse(self) -> None:
        if self._manifest is None:
            from dbt.cli.main import dbtRunner

            arguments = ["--quiet", "parse", "--vars", OPTIONS.variables_argument]
            self._manifest = dbtRunner().invoke(arguments).result


def main() -> None:
    """Kill as many builds as asked for."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    kills = BuildKills(folder)
    kills.run(int(sys.argv[2]))
    print(kills.outcome())


if __name__ == "__main__":
    main()
