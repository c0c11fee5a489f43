"""A small demo, read back from its files."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from orchestration.demo import DemoReport, generate
from orchestration.demo.catalogue import MINIMUM_WORKFLOWS

__all__ = ["HARMLESS", "LIST_PRICES", "SMALL", "Demo", "call_cost", "make"]

SMALL = {"days": 60, "workflows": MINIMUM_WORKFLOWS + 12, "scale": 0.3}
HARMLESS = {"late_records", "duplicate_records"}

LIST_PRICES = {  # USD per million tokens, written down apart from the generator's own table
    "claude-opus-4-5-20251101": (5.0, 25.0),
    "claude-sonnet-4-5-20250929": (3.0, 15.0),
    "claude-haiku-4-5-20251001": (1.0, 5.0),
    "gpt-4.1": (2.0, 8.0),
    "gpt-4o": (2.5, 10.0),
    "gpt-4o-mini": (0.15, 0.6),
    "gemini-2.5-pro": (1.25, 10.0),
    "gemini-2.5-flash": (0.3, 2.5),
}


@dataclass
class Demo:
    """A generated demo as a reader of its files sees it."""

    report: DemoReport
    lines: dict[str, list[bytes]]
    labels: list[dict]
    _records: dict[str, list[dict]] = field(default_factory=dict)

    def records(self, table: str) -> list[dict]:
        """Return a table's distinct records."""
        if table not in self._records:
            lines = dict.fromkeys(self.lines[table])
            self._records[table] = [json.loads(line) for line in lines]
        return self._records[table]

    def of_kind(self, kind: str) -> list[dict]:
        """Return the labels of one kind of fault that name a run."""
        return [label for label in self.labels if label["fault_kind"] == kind and label["run_id"]]

    @cached_property
    def sums(self) -> dict[str, Counter]:
        """Return totals per session: USD, calls, tokens, model ms and errors."""
        totals = {name: Counter() for name in ("usd", "calls", "tokens", "ms", "errors")}
        for row in self.records("unified_logs"):
            session_id = row["session_id"]
            totals["errors"][session_id] += row["node_type"] == "error"
            if row["model"]:
                totals["usd"][session_id] += call_cost(row)
                totals["calls"][session_id] += 1
                totals["tokens"][session_id] += row["tokens_in"] + row["tokens_out"]
                totals["ms"][session_id] += row["duration_ms"]
        return totals


def call_cost(row: dict) -> float:
    """Return a call's cost: as reported, else at list price, else nothing."""
    if row["cost"] is not None:
        return row["cost"]
    price_in, price_out = LIST_PRICES.get(row["model"], (0.0, 0.0))
    return (row["tokens_in"] * price_in + row["tokens_out"] * price_out) / 1e6


def read(report: DemoReport) -> Demo:
    """Read a demo back from its files."""
    lines: dict[str, list[bytes]] = {}
    for path in report.files:
        found = gzip.decompress(path.read_bytes()).splitlines()
        lines.setdefault(path.parent.name, []).extend(found)
    labels = [json.loads(line) for line in report.labels.read_text().splitlines()]
    return Demo(report, lines, labels)


def make(folder: Path, **options) -> Demo:
    """Generate a small demo and read it."""
    return read(generate(folder, **{**SMALL, **options}))
