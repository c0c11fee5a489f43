"""Generate the demo: a company's logs over many days, with known faults, effects and duplicates."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from orchestration.demo.arrivals import Window, plan_arrivals
from orchestration.demo.cascade_truth import count_calls, write_down_faults
from orchestration.demo.catalogue import build_catalogue
from orchestration.demo.company import COMPANY_SOURCES, company_files
from orchestration.demo.company.truth import Truth
from orchestration.demo.company.writing import File, Setting
from orchestration.demo.delivery import Delivery
from orchestration.demo.effects import FAULT_KINDS
from orchestration.demo.faults import plan_faults
from orchestration.demo.labels import fault_label, hits, write_labels
from orchestration.demo.sessions import Author
from orchestration.errors import BadInputError

__all__ = ["DEFAULT_END_DATE", "DEMO_SOURCES", "MINIMUM_DAYS", "DemoReport", "generate"]

DEMO_SOURCES = ("cascade", *COMPANY_SOURCES)

DEFAULT_END_DATE = date(2026, 6, 30)
"""Fixed, so that every demo shows the same numbers."""

MINIMUM_DAYS = 14

_MANIFEST = "files.txt"


@dataclass(frozen=True)
class DemoReport:
    """What was generated.

    Attributes
    ----------
    logs : Path
        The folder to load; it contains only logs.
    labels : Path
        The file for :func:`orchestration.demo.load_fault_labels`.
    truth : Path
        What was injected, and what the marts must find (docs/demo.md).
    files : tuple of Path
        The log files.
    first_day, last_day : date
        The days covered, both included, UTC.
    workflows, sessions, calls : int
        Counts of distinct workflows that ran, runs, and model calls of the cascades.
    other_runs, other_calls : int
        Runs and calls of the other sources, each counted once.
    rows : dict of str to int
        Rows written by table of the cascades, duplicates included.
    faults : dict of str to int
        Faults injected by kind.
    labelled_runs : dict of str to int
        Affected runs by kind of fault.
    """

    logs: Path
    labels: Path
    truth: Path
    files: tuple[Path, ...]
    first_day: date
    last_day: date
    workflows: int
    sessions: int
    calls: int
    other_runs: int
    other_calls: int
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
    cascade_scale: float = 1.0,
    faults: bool | Collection[str] = True,
    sources: Collection[str] = ("cascade",),
    progress: Callable[[int, int], None] | None = None,
    on_written: Callable[[list[Path]], None] = lambda paths: None,
) -> DemoReport:
    """Write a demo's logs, its fault labels and its truth table.

    Parameters
    ----------
    directory : Path
        Gets ``logs/``, ``fault_labels.jsonl`` and ``truth.csv``; an earlier demo there is replaced.
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
    cascade_scale : float
        Factor on the number of cascades' runs besides `scale`.
    faults : bool or collection of str
        Whether to inject faults into the cascades, or the kinds (of ``FAULT_KINDS``) to inject.
        Runs that a fault does not affect are the same with and without it.
    sources : collection of str
        Whose logs to write, of ``DEMO_SOURCES``: each is the same whichever others are written.
    progress : callable, optional
        Called after each day with the number of days done and of all days.
    on_written : callable, optional
        Called with log files as soon as they are complete, from one thread at a time.

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
    _check(days, min(scale, cascade_scale), sources)
    window = Window(end_date - timedelta(days=days - 1), days)
    setting = Setting(seed, window, scale, Truth())
    catalogue = build_catalogue(seed, workflows, days)
    arrivals = (
        plan_arrivals(seed, catalogue, window, scale * cascade_scale)
        if "cascade" in sources
        else []
    )
    book = plan_faults(seed, catalogue, window, arrivals, kinds if arrivals else ())
    author = Author(seed, catalogue, window, book)
    labels = [fault_label(fault) for fault in book.missing]
    names: set[str] = set()
    sessions = calls = 0
    labels_path, truth_path = directory / "fault_labels.jsonl", directory / "truth.csv"
    logs, earlier = directory / "logs", _listed(directory)
    with Delivery(logs, seed, window, earlier, on_written) as delivery:
        # If this is interrupted, there must not be labels of an earlier demo.
        labels_path.unlink(missing_ok=True)
        truth_path.unlink(missing_ok=True)
        files = company_files(setting, logs, sources)
        _save(directory, files)
        on_written([file.path for file in files])
        for day, starts in groupby(arrivals, key=lambda arrival: window.day_of(arrival.started_ms)):
            for arrival in starts:
                tree = author.write(arrival)
                if book.is_missing(arrival.started_ms, max(session.clock_ms for session in tree)):
                    continue
                for session in tree:
                    delivery.add(session)
                    names.add(session.cascade_id)
                    calls += count_calls(setting.truth, session)
                    labels += [fault_label(f, session) for f in session.faults if hits(f, session)]
                sessions += len(tree)
            delivery.flush(day)
            if progress:
                progress(day + 1, days)
    write_labels(labels_path, labels)
    write_down_faults(setting.truth, book, labels)
    setting.truth.save(truth_path, sources)
    others = [setting.truth.of(source) for source in sources if source != "cascade"]
    return DemoReport(
        logs=logs,
        labels=labels_path,
        truth=truth_path,
        files=(*delivery.paths, *(file.path for file in files)),
        first_day=window.first_day,
        last_day=end_date,
        workflows=len(names),
        sessions=sessions,
        calls=calls,
        other_runs=sum(len(totals.runs) for totals in others),
        other_calls=sum(totals.calls for totals in others),
        rows=dict(sorted(delivery.rows.items())),
        faults=dict(Counter(fault.kind for fault in book.faults)),
        labelled_runs=dict(Counter(label["fault_kind"] for label in labels if label["run_id"])),
    )


def _check(days: int, scale: float, sources: Collection[str]) -> None:
    if days < MINIMUM_DAYS or scale <= 0:
        raise BadInputError(
            f"The demo cannot have {days} days at scale {scale:g}: "
            f"give at least {MINIMUM_DAYS} days and a scale above 0."
        )
    unknown = sorted(set(sources) - set(DEMO_SOURCES))
    if unknown:
        raise BadInputError(
            f"The demo has no source {unknown[0]!r}; choose from {', '.join(DEMO_SOURCES)}."
        )


def _listed(directory: Path) -> list[Path]:
    """Return the files of other sources that an earlier demo listed as its own."""
    manifest = directory / _MANIFEST
    if not manifest.is_file():
        return []
    return [directory / "logs" / name for name in manifest.read_text().splitlines()]


def _save(directory: Path, files: Collection[File]) -> None:
    """Write the other sources' files, and before them the list by which a later demo knows them."""
    directory.mkdir(parents=True, exist_ok=True)
    names = [file.path.relative_to(directory / "logs").as_posix() for file in files]
    (directory / _MANIFEST).write_text("".join(f"{name}\n" for name in names))
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_bytes(file.content)


def _fault_kinds(faults: bool | Collection[str]) -> Collection[str]:
    if isinstance(faults, bool):
        return FAULT_KINDS if faults else ()
    unknown = sorted(set(faults) - set(FAULT_KINDS))
    if unknown:
        raise BadInputError(
            f"There is no fault of kind {unknown[0]!r}; choose from {', '.join(FAULT_KINDS)}."
        )
    return faults
