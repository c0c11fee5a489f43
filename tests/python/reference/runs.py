"""What the logs of any source say of a run and its calls, before anything is judged."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reference.prices import Tokens


@dataclass
class Call:
    """One request to a model."""

    call_id: str
    model: str
    provider: str
    called_at: datetime
    tokens: Tokens
    total_input: int
    cost: Decimal | None
    cost_source: str
    species: Any
    is_billable: bool = True
    reforge_step: int = 0
    candidate: tuple[str, int, int] | None = None
    is_winner: bool | None = None
    judged: tuple[str, int, int] | None = None
    evaluator_score: float | None = None
    copy_ids: frozenset[str] = frozenset()
    copied_from: frozenset[str] = frozenset()


@dataclass
class Run:
    """One execution, without an end while it runs; ``genus`` is whatever tells two apart.

    ``log`` names what it was logged in, together with its sub-runs.
    """

    run_id: str
    source: str
    workflow_id: str
    genus: Any
    project: str
    status: str
    created_at: datetime
    ended_at: datetime | None
    input_text: str
    parent_run_id: str | None
    depth: int
    caller_id: str
    origin: str
    step_count: int = 0
    error_count: int = 0
    log: str = ""
    calls: list[Call] = field(default_factory=list)

    @property
    def species(self) -> Any:
        """Return the most common species of the calls; the first by name of equals (R018)."""
        counts = Counter(call.species for call in self.calls if call.species)
        return min(counts, key=lambda species: (-counts[species], species), default=None)


def records(folder: Path, names: str = "*.jsonl*") -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every JSON line below a folder with its file; decimals are read exactly."""
    for path in sorted(folder.rglob(names)):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        for line in content.splitlines():
            yield path, json.loads(line, parse_float=Decimal)


def instant(text: str) -> datetime:
    """Read an ISO 8601 time."""
    return datetime.fromisoformat(text)
