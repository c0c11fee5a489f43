"""Labels of injected faults: one per fault and affected run."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from orchestration import settings
from orchestration.demo.effects import Fault
from orchestration.demo.events import Session, iso
from orchestration.errors import BadInputError

__all__ = ["LABEL_COLUMNS", "fault_label", "hits", "load_fault_labels", "write_labels"]

LABEL_COLUMNS = (
    "fault_id",
    "fault_kind",
    "workflow_id",
    "species_hash",
    "run_id",
    "started_at",
    "ended_at",
    "expected_signal",
    "detail",
)

_SLOW_SHARE = 0.25  # of a run's model time: below, a slow provider is not distinguishable


def hits(fault: Fault, session: Session) -> bool:
    """Return whether a fault that covers a run has an effect on it.

    Parameters
    ----------
    fault : Fault
        A fault that covers the run.
    session : Session
        The run; one that is still running when the logs end has no label.

    Returns
    -------
    bool
        True if the run gets a label.
    """
    if not session.is_completed and fault.expected_signal != "none":
        return False
    if fault.kind == "error_burst":
        return session.error_count > 0
    if fault.kind == "model_swap":
        return session.is_swapped
    if fault.kind == "price_change":
        return session.repriced_calls > 0
    if fault.kind == "slow_provider":
        (factor,) = fault.effects.slowness.values()
        return session.slowed_ms >= session.usual_ms * (1 + _SLOW_SHARE * (factor - 1))
    return True


def fault_label(fault: Fault, session: Session | None = None) -> dict[str, str]:
    """Return one label.

    Parameters
    ----------
    fault : Fault
        The fault.
    session : Session, optional
        The affected run; None for a fault that affects no single run.

    Returns
    -------
    dict of str to str
        In the columns of ``demo.fault_labels``.
    """
    starts_ms, ends_ms = fault.starts_ms, fault.ends_ms
    if fault.kind == "runaway_loop" and session:
        starts_ms, ends_ms = session.started_ms, session.clock_ms
    values = (
        fault.fault_id,
        fault.kind,
        fault.workflow_id,
        fault.species_hash,
        session.session_id if session else "",
        iso(starts_ms),
        iso(ends_ms),
        fault.expected_signal,
        fault.detail,
    )
    return dict(zip(LABEL_COLUMNS, values, strict=True))


def write_labels(path: Path, labels: list[dict[str, str]]) -> None:
    """Write labels as JSON lines, in order of fault and run.

    Parameters
    ----------
    path : Path
        The file; one that is there is replaced.
    labels : list of dict
        The columns of ``demo.fault_labels`` by name.
    """
    labels = sorted(labels, key=lambda label: (label["fault_id"], label["run_id"]))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(label, ensure_ascii=False) + "\n" for label in labels)


def load_fault_labels(client: Any, path: Path) -> int:
    """Replace ``demo.fault_labels`` by a file's labels.

    Parameters
    ----------
    client : clickhouse_connect Client
        A connection to the warehouse, whose raw tables exist.
    path : Path
        The file that :func:`orchestration.demo.generate` wrote.

    Returns
    -------
    int
        Labels loaded.

    Raises
    ------
    BadInputError
        If the file cannot be read or contains no labels; the table is then unchanged.
    """
    try:
        rows = [_row(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(
            f"{path} cannot be read as the demo's fault labels ({error!r}): delete its folder and "
            "run `tokenhouse demo` again."
        ) from error
    database = settings.database("demo")
    client.command(f"truncate table `{database}`.fault_labels")
    if rows:
        client.raw_insert(
            f"`{database}`.fault_labels",
            LABEL_COLUMNS,
            b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows),
            fmt="JSONCompactEachRow",
            settings={"date_time_input_format": "best_effort"},
        )
    return len(rows)


def _row(line: str) -> list[str | datetime]:
    label = json.loads(line)
    return [
        datetime.fromisoformat(label[column]).astimezone(UTC)
        if column.endswith("_at")
        else label[column]
        for column in LABEL_COLUMNS
    ]
