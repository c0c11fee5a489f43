"""What the insights of a demo said on each day, from its finished warehouse."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from as_of import AsOf
from orchestration import settings
from orchestration.demo import generate
from orchestration.warehouse.client import connect

__all__ = ["Raised", "clean_home", "faulty_home", "raised_by_day", "selected"]

Raised = list[dict[str, Any]]


def faulty_home(home: Path) -> Path:
    """Make the demo's warehouse, or build it again by the models as they are now."""
    _run(home, "demo", "--cascade-scale", "1")
    return home


def clean_home(home: Path, seed: int) -> Path:
    """Make a warehouse of cascades that nothing happened to, or build it again as faulty_home."""
    if not (home / "demo").exists():
        _run(home, "load", str(generate(home / "demo", seed=seed, faults=False).logs))
    sources = ("--vars", "{sources: [cascade]}")
    without_tests = ("--", "--exclude-resource-type", "test")
    _run(home, "build", *sources, "--select", "+mart_insight_checks", *without_tests)
    return home


def _run(home: Path, *command: str) -> None:
    environment = {**os.environ, "TOKENHOUSE_HOME": str(home)}
    program = Path(sys.executable).parent / "tokenhouse"
    subprocess.run([str(program), *command], env=environment, check=True, stdout=sys.stderr)


@contextmanager
def selected(home: Path) -> Iterator[Any]:
    """Connect to a warehouse."""
    before = os.environ.get("TOKENHOUSE_HOME")
    os.environ["TOKENHOUSE_HOME"] = str(home)
    try:
        with connect() as client:
            yield client
    finally:
        if before is None:
            os.environ.pop("TOKENHOUSE_HOME")
        else:
            os.environ["TOKENHOUSE_HOME"] = before


def raised_by_day(home: Path, days: Iterable[date]) -> dict[str, Raised]:
    """Return what was raised, by day.

    Parameters
    ----------
    home : Path
        A warehouse; days that were asked for before, of the same rules and models, are read from
        its file ``raised.json``.
    days : iterable of date
        Days at whose end the warehouse is looked at.

    Returns
    -------
    dict of str to list of dict
        By day as text.
    """
    kept = home / "raised.json"
    rules = _fingerprint(home)
    answers = json.loads(kept.read_text()) if kept.exists() else {}
    known: dict[str, Raised] = answers.get(rules, {})
    missing = sorted({str(day) for day in days} - known.keys())
    if missing:
        with selected(home) as client:
            warehouse = AsOf(client, "mart_insight_checks")
            try:
                for day in missing:
                    warehouse.move(date.fromisoformat(day))
                    known[day] = _raised(client)
                    kept.write_text(json.dumps({rules: known}))
            finally:
                warehouse.restore()
    return {str(day): known[str(day)] for day in days}


def _fingerprint(home: Path) -> str:
    """Return what identifies the rules: the SQL of the last build and the seeds."""
    files = [
        *(home / "dbt" / "compiled" / "tokenhouse" / "models").rglob("*.sql"),
        *(settings.project_dir() / "seeds").rglob("*.csv"),
    ]
    return sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()


def _raised(client: Any) -> Raised:
    marts = settings.database("marts")
    return list(
        client.query(
            "select toString(basis) as basis, rule_id, toString(insight_type) as type, severity, "
            "toString(scope_kind) as scope_kind, scope_key, scope_id, subject_id, "
            "toString(period_kind) as period_kind, run_ids, toString(since_date) as since "
            f"from {marts}.mart_insight_checks where is_raised"
        ).named_results()
    )
