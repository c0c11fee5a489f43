"""What the demo's logs hold, written down while they are written: ``truth.csv``."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from pathlib import Path

from orchestration.demo.events import iso

__all__ = ["TRUTH_COLUMNS", "Fact", "Span", "Totals", "Truth"]

Number = int | Decimal
Span = tuple[int, int]
"""First moment and the one after the last, in milliseconds since 1970, UTC."""


@dataclass(frozen=True)
class Fact:
    """One row of the truth table.

    Attributes
    ----------
    fact_id : str
        Its name, unique in the table.
    kind : str
        ``total``, ``duplicate``, ``discrepancy``, ``effect``, ``fault``, ``saving`` or ``budget``.
    source : str
        Where it was injected.
    subject_type, subject_id : str
        What it is about.
    metric, unit : str
        What the values count.
    injected_value : str
        What the generator aimed at, where that is a parameter; chance moves the logs around it.
    logged_value : str
        What the logs hold, counted while they were written: marts must find this exactly.
    starts_at, ends_at : str
        The span, half-open, UTC.
    expected_signal : str
        What should notice it; empty where nothing needs to.
    detail : str
        In words.
    """

    fact_id: str
    kind: str
    source: str
    subject_type: str
    subject_id: str
    metric: str
    injected_value: str
    logged_value: str
    unit: str
    starts_at: str
    ends_at: str
    expected_signal: str
    detail: str


TRUTH_COLUMNS = tuple(column.name for column in fields(Fact))


@dataclass
class Totals:
    """Sums over the calls of a source, as the marts must have them."""

    runs: set[str] = field(default_factory=set)
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)

    def add(self, run: str, tokens_in: int, tokens_out: int, cost: Decimal, calls: int = 1) -> None:
        """Count a call."""
        self.runs.add(run)
        self.calls += calls
        self.input_tokens += tokens_in
        self.output_tokens += tokens_out
        self.cost_usd += cost


class Truth:
    """The facts of a demo."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.totals: dict[str, Totals] = {}

    def of(self, source: str) -> Totals:
        """Return the totals of a source, to count into."""
        return self.totals.setdefault(source, Totals())

    def add(
        self,
        kind: str,
        name: str,
        source: str,
        subject: tuple[str, str],
        metric: tuple[str, str],
        *,
        logged: Number | None = None,
        injected: Number | None = None,
        span: Span | None = None,
        signal: str = "",
        detail: str = "",
    ) -> None:
        """Write down a fact.

        Parameters
        ----------
        kind, source, signal, detail : str
            As in :class:`Fact`.
        name : str
            Tells it apart from others of its kind.
        subject : tuple of str
            Type and id.
        metric : tuple of str
            Metric and unit.
        logged, injected : int or Decimal, optional
            The values.
        span : tuple of int, optional
            First moment and the one after the last.
        """
        starts_ms, ends_ms = span or (None, None)
        self.facts.append(
            Fact(
                f"{kind}/{name}",
                kind,
                source,
                *subject,
                metric[0],
                _text(injected),
                _text(logged),
                metric[1],
                "" if starts_ms is None else iso(starts_ms),
                "" if ends_ms is None else iso(ends_ms),
                signal,
                detail,
            )
        )

    def save(self, path: Path, sources: Collection[str]) -> None:
        """Write the facts of some sources, and their totals.

        Parameters
        ----------
        path : Path
            The file; one that is there is replaced.
        sources : collection of str
            The sources whose logs are written.
        """
        chosen = [fact for fact in self.facts if fact.source in sources]
        for source in sources:
            # Budgets have no calls.
            if source in self.totals:
                chosen += _total_facts(source, self.totals[source])
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, TRUTH_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(map(asdict, sorted(chosen, key=lambda fact: fact.fact_id)))


def _total_facts(source: str, totals: Totals) -> Iterable[Fact]:
    values: tuple[tuple[str, str, Number], ...] = (
        ("run_count", "count", len(totals.runs)),
        ("call_count", "count", totals.calls),
        ("input_tokens", "tokens", totals.input_tokens),
        ("output_tokens", "tokens", totals.output_tokens),
        ("cost_usd", "usd", totals.cost_usd),
    )
    detail = "of the calls that count for this source, each once"
    for metric, unit, value in values:
        name, subject = f"total/{source}/{metric}", ("source", source)
        yield Fact(
            name, "total", source, *subject, metric, "", _text(value), unit, "", "", "", detail
        )


def _text(value: Number | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text
