"""Generate the demo: logs of many workflows over many days, with labelled faults."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from orchestration.demo.arrivals import Window, plan_arrivals
from orchestration.demo.catalogue import build_catalogue
from orchestration.demo.delivery import Delivery
from orchestration.demo.effects import FAULT_KINDS
from orchestration.demo.faults import plan_faults
from orchestration.demo.labels import fault_label, hits, write_labels
from orchestration.demo.sessions import Author
from orchestration.errors import BadInputError

__all__ = ["DEFAULT_END_DATE", "MINIMUM_DAYS", "DemoReport", "generate"]

DEFAULT_END_DATE = date(2026, 6, 30)
"""Fixed, so that every demo shows the same numbers."""

MINIMUM_DAYS = 14


@dataclass(frozen=True)
class DemoReport:
    """What was generated.

    Attributes
    ----------
    logs : Path
        The folder to load; it contains only logs.
    labels : Path
        The file for :func:`orchestration.demo.load_fault_labels`.
    files : tuple of Path
        The log files.
    first_day, last_day : date
        The days covered, both included, UTC.
    workflows, sessions, calls : int
        Counts of distinct workflows that ran, runs, and model calls.
    rows : dict of str to int
        Rows written by table, duplicates included.
    faults : dict of str to int
        Faults injected by kind.
    labelled_runs : dict of str to int
        Affected runs by kind of fault.
    """

    logs: Path
    labels: Path
    files: tuple[Path, ...]
    first_day: date
    last_day: date
    workflows: int
    sessions: int
    calls: int
    rows: dict[str, int]
    faults: dict[str, int]
    labelled_runs: dict[str, int]


def generate(
    directory: Path,
    *,
    seed: int = 7,
    days: int = 90,
    workflows: int = 200,
    end_date: date = DEFAULT_END_DATE,
    scale: float = 1.0,
    faults: bool | Collection[str] = True,
    progress: Callable[[int, int], None] | None = None,
) -> DemoReport:
    """Write a demo's logs and fault labels.

    Parameters
    ----------
    directory : Path
        Gets ``logs/`` and ``fault_labels.jsonl``; an earlier demo there is replaced.
    seed : int
        The same arguments give the same bytes, on any machine.
    days : int
        Length of the window.
    workflows : int
        Size of the catalogue.
    end_date : date
        Last day of the window, UTC.
    scale : float
        Factor on the number of runs.
    faults : bool or collection of str
        Whether to inject faults, or the kinds (of ``FAULT_KINDS``) to inject. Runs that a fault
        does not affect are the same with and without it.
    progress : callable, optional
        Called after each day with the number of days done and of all days.

    Returns
    -------
    DemoReport
        What was written and where.

    Raises
    ------
    BadInputError
        If an argument is out of range, or the folder contains other files.
    """
    kinds = _fault_kinds(faults)
    if days < MINIMUM_DAYS or scale <= 0:
        raise BadInputError(
            f"The demo cannot have {days} days at scale {scale:g}: "
            f"give at least {MINIMUM_DAYS} days and a scale above 0."
        )
    window = Window(end_date - timedelta(days=days - 1), days)
    catalogue = build_catalogue(seed, workflows, days)
    arrivals = plan_arrivals(seed, catalogue, window, scale)
    book = plan_faults(seed, catalogue, window, arrivals, kinds)
    author = Author(seed, catalogue, window, book)
    labels = [fault_label(fault) for fault in book.missing]
    names: set[str] = set()
    sessions = calls = 0
    labels_path = directory / "fault_labels.jsonl"
    with Delivery(directory / "logs", seed, window) as delivery:
        # If this is interrupted, there must not be labels of an earlier demo.
        labels_path.unlink(missing_ok=True)
        for day, starts in groupby(arrivals, key=lambda arrival: window.day_of(arrival.started_ms)):
            for arrival in starts:
                tree = author.write(arrival)
                if book.is_missing(arrival.started_ms, max(session.clock_ms for session in tree)):
                    continue
                for session in tree:
                    delivery.add(session)
                    names.add(session.cascade_id)
                    calls += sum(row["model"] is not None for _, row in session.rows)
                    labels += [fault_label(f, session) for f in session.faults if hits(f, session)]
                sessions += len(tree)
            delivery.flush()
            if progress:
                progress(day + 1, days)
    directory.mkdir(parents=True, exist_ok=True)
    write_labels(labels_path, labels)
    return DemoReport(
        logs=directory / "logs",
        labels=labels_path,
        files=tuple(delivery.paths),
        first_day=window.first_day,
        last_day=end_date,
        workflows=len(names),
        sessions=sessions,
        calls=calls,
        rows=dict(sorted(delivery.rows.items())),
        faults=dict(Counter(fault.kind for fault in book.faults)),
        labelled_runs=dict(Counter(label["fault_kind"] for label in labels if label["run_id"])),
    )


def _fault_kinds(faults: bool | Collection[str]) -> Collection[str]:
    if isinstance(faults, bool):
        return FAULT_KINDS if faults else ()
    unknown = sorted(set(faults) - set(FAULT_KINDS))
    if unknown:
        raise BadInputError(
            f"There is no fault of kind {unknown[0]!r}; choose from {', '.join(FAULT_KINDS)}."
        )
    return faults
