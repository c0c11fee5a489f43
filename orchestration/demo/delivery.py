"""Log files as a shipper would leave them: by week, some records late, some twice."""

import gzip
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Self

import orjson

from orchestration.demo.arrivals import Window
from orchestration.demo.events import Session
from orchestration.demo.faults import LATE_DAYS
from orchestration.errors import BadInputError

__all__ = ["TABLES", "Delivery"]

TABLES = ("unified_logs", "cascade_sessions", "prompt_lineage")

_DAYS_PER_FILE = {"unified_logs": 7, "cascade_sessions": 28, "prompt_lineage": 28}


class Delivery:
    """Writes sessions into ``<folder>/<table>/<first day>[-late|-again].jsonl.gz``.

    Parameters
    ----------
    folder : Path
        Where the files go; files of an earlier delivery are removed.
    seed : int
        Decides which records are late or doubled in the sessions chosen for it.
    window : Window
        The days of the logs.
    earlier : collection of Path
        Other files of an earlier demo, which are removed too.
    on_written : callable, optional
        Called with files as soon as they are complete, from one thread at a time.

    Raises
    ------
    BadInputError
        If the folder contains files that the demo did not write.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        window: Window,
        earlier: Collection[Path] = (),
        on_written: Callable[[list[Path]], None] = lambda paths: None,
    ):
        self._on_written = on_written
        self._folder = folder
        self._earlier = earlier
        self._seed = seed
        self._window = window
        self._open: dict[Path, gzip.GzipFile] = {}
        self._ends: dict[Path, int] = {}
        self._pending: list[tuple[int, str, str, str, bytes]] = []
        # Another core compresses while the next day is made up; one thread keeps the order.
        self._writer = ThreadPoolExecutor(1)
        self._written: list[Future[None]] = []
        self.rows: Counter[str] = Counter()
        self._clear()

    def _clear(self) -> None:
        ours = [path for table in TABLES for path in (self._folder / table).glob("*.jsonl.gz")]
        ours += [path for path in self._earlier if path.is_file()]
        found = [path for path in self._folder.rglob("*") if not path.is_dir()]
        foreign = sorted(set(found) - set(ours))
        if foreign:
            raise BadInputError(
                f"{self._folder} holds {foreign[0].relative_to(self._folder)}, which the demo did "
                "not write; choose another folder for the demo's logs."
            )
        for path in ours:
            path.unlink()

    @property
    def paths(self) -> list[Path]:
        """Return the files written so far, in order."""
        return sorted(self._ends)

    def add(self, session: Session) -> None:
        """Add a session; it is written at the next :meth:`flush`."""
        kinds = {fault.kind for fault in session.faults}
        rng = Random(f"{self._seed}|delivery|{session.session_id}")
        is_whole_late = rng.random() < 0.5
        records = [("cascade_sessions", session.started_ms, session.header)]
        records += [("prompt_lineage", *prompt) for prompt in session.prompts]
        records += [("unified_logs", *row) for row in session.rows]
        for number, (table, moment_ms, record) in enumerate(records):
            line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            # Half of the late runs are missing completely at first, half have no end of their log.
            is_late = "late_records" in kinds and (
                is_whole_late or (table == "unified_logs" and number > len(records) // 2)
            )
            suffix = "-late" if is_late else ""
            key = f"{session.session_id}|{number:05d}"
            self._pending.append((moment_ms, key, table, suffix, line))
            if "duplicate_records" in kinds:
                again = "" if number % 2 else "-again"
                self._pending.append((moment_ms, key, table, again, line))

    def flush(self, day: int) -> None:
        """Write the added sessions, in order of time.

        Parameters
        ----------
        day : int
            Day of the window; all sessions that started on it or before are added.
        """
        self._pending.sort(key=lambda record: record[:2])
        lines: dict[tuple[str, int, str], list[bytes]] = {}
        for moment_ms, _, table, suffix, line in self._pending:
            sent = self._window.day_of(moment_ms) + (LATE_DAYS if suffix == "-late" else 0)
            sent -= sent % _DAYS_PER_FILE[table]
            lines.setdefault((table, sent, suffix), []).append(line)
            self.rows[table] += 1
        self._written.append(self._writer.submit(self._write, lines, day + 1))
        self._pending.clear()

    def _write(self, lines: Mapping[tuple[str, int, str], list[bytes]], next_day: int) -> None:
        for (table, day, suffix), batch in lines.items():
            self._file(table, day, suffix).write(b"".join(batch))
        # No session logs anything before its start.
        if complete := self._close([path for path, end in self._ends.items() if end <= next_day]):
            self._on_written(complete)

    def _close(self, paths: Collection[Path]) -> list[Path]:
        """Close those of the files that are open; return them, in order."""
        closed = sorted(self._open.keys() & set(paths))
        for path in closed:
            file = self._open.pop(path)
            raw: Any = file.fileobj
            file.close()
            raw.close()
        return closed

    def _file(self, table: str, day: int, suffix: str) -> gzip.GzipFile:
        first_day = self._window.first_day + timedelta(days=day)
        path = self._folder / table / f"{first_day}{suffix}.jsonl.gz"
        if path not in self._ends:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Without name and time in the header the same logs are the same bytes.
            self._open[path] = gzip.GzipFile("", "wb", 1, path.open("wb"), mtime=0)
            self._ends[path] = day + _DAYS_PER_FILE[table]
        return self._open[path]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        self._writer.shutdown()
        rest = self._close(self._open)
        for written in self._written:
            written.result()
        if rest and failed is None:
            self._on_written(rest)
