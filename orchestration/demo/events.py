"""The log of a session: rows of ``unified_logs`` in order of time."""

import functools
import hashlib
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from orchestration.demo.effects import Effects, Fault
from orchestration.demo.models import Model

__all__ = ["Session", "iso"]


@functools.lru_cache(4)
def _day_text(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


def iso(moment_ms: int) -> str:
    """Return a moment as ISO 8601 text in UTC, to the millisecond.

    Parameters
    ----------
    moment_ms : int
        Milliseconds since 1970.

    Returns
    -------
    str
        Such as ``2026-01-31T09:05:00.250Z``.
    """
    day, rest = divmod(moment_ms, 86_400_000)
    seconds, millis = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{_day_text(day)}T{hour:02d}:{minute:02d}:{second:02d}.{millis:03d}Z"


@dataclass
class Session:
    """A run that is being written, and the effects of faults on it.

    Attributes
    ----------
    session_id, cascade_id, genus_hash, species_hash : str
        Identity of the run.
    started_ms, clock_ms : int
        Start and current time, in milliseconds since 1970, UTC.
    faults : tuple of Fault
        Faults that cover the run.
    effects : Effects
        Their joint effect.
    reported_share : float
        Share of calls whose cost the provider reports.
    header : dict
        The session's row in ``cascade_sessions``.
    rows, prompts : list
        Pairs of moment and row, for ``unified_logs`` and ``prompt_lineage``.
    error_count : int
        Rows of errors.
    usual_ms, slowed_ms : int
        Time of all calls without and with a slow provider.
    repriced_calls : int
        Calls reported at a changed price.
    is_swapped : bool
        Whether a fault changed the run's primary model.
    """

    session_id: str
    cascade_id: str
    genus_hash: str
    species_hash: str
    started_ms: int
    faults: tuple[Fault, ...]
    effects: Effects
    reported_share: float
    clock_ms: int = 0
    header: dict = field(default_factory=dict)
    rows: list[tuple[int, dict]] = field(default_factory=list)
    prompts: list[tuple[int, dict]] = field(default_factory=list)
    error_count: int = 0
    usual_ms: int = 0
    slowed_ms: int = 0
    repriced_calls: int = 0
    is_swapped: bool = False

    @property
    def is_completed(self) -> bool:
        """Whether the run had ended when the logs end."""
        return self.header["completed_at"] is not None

    def log(
        self, cell: str, node_type: str, role: str, duration_ms: int | None = None, **columns: Any
    ) -> None:
        """Write one row at the current time, and advance the time by its duration.

        Parameters
        ----------
        cell, node_type, role : str
            As in ``unified_logs``.
        duration_ms : int, optional
            How long the event took.
        **columns
            Any other columns; absent ones are null (0 for ``reforge_step``).
        """
        number = len(self.rows)
        digest = hashlib.sha256(f"{self.session_id}|{number}".encode()).hexdigest()
        row = {
            "message_id": f"msg_{digest[:20]}",
            "timestamp": iso(self.clock_ms),
            "session_id": self.session_id,
            "cascade_id": self.cascade_id,
            "cell_name": cell,
            "node_type": node_type,
            "role": role,
            "model": None,
            "provider": None,
            "cost": None,
            "tokens_in": None,
            "tokens_out": None,
            "duration_ms": duration_ms,
            "species_hash": self.species_hash,
            "genus_hash": self.genus_hash,
            "candidate_index": None,
            "reforge_step": 0,
            "is_winner": None,
            "evaluator_score": None,
            "error_type": None,
            "error_message": None,
            "tool_name": None,
            "content_chars": 0,
        }
        row.update(columns)
        self.rows.append((self.clock_ms, row))
        self.clock_ms += 1 + (duration_ms or 0)

    def call(
        self,
        rng: Random,
        cell: str,
        model: Model,
        tokens: tuple[float, float],
        *,
        node_type: str = "agent",
        **columns: Any,
    ) -> int:
        """Write a model call; its duration follows the answer's length and the model's speed.

        Parameters
        ----------
        rng : Random
            Randomness of the duration and of whether the cost is reported.
        cell : str
            The cell that calls.
        model : Model
            What is called.
        tokens : tuple of float
            Tokens read and written, before faults.
        node_type : str
            ``agent``, ``sounding_attempt`` or ``evaluator``.
        **columns
            Any other columns.

        Returns
        -------
        int
            Tokens of the answer without faults, so that later calls are not affected twice.
        """
        tokens_in, tokens_out = (round(count * self.effects.token_factor) for count in tokens)
        noise = rng.lognormvariate(0, 0.18)
        usual_ms = round(
            (350 + 0.04 * tokens_in + 1000 * tokens_out / model.tokens_per_second) * noise
        )
        slow_ms = round(usual_ms * self.effects.slowness.get(model.provider, 1.0))
        self.usual_ms += usual_ms
        self.slowed_ms += slow_ms
        cost = model.list_cost(tokens_in, tokens_out)
        if rng.random() >= self.reported_share:
            cost = None
        elif cost is not None and model.name in self.effects.price_factors:
            cost = round(cost * self.effects.price_factors[model.name], 9)
            self.repriced_calls += 1
        self.log(
            cell,
            node_type,
            "assistant",
            slow_ms,
            model=model.name,
            provider=model.provider,
            cost=cost,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            content_chars=4 * tokens_out,
            **columns,
        )
        return round(tokens[1])

    def fail(self, cell: str, error_type: str, message: str) -> None:
        """Write an error row."""
        self.error_count += 1
        self.log(cell, "error", "system", error_type=error_type, error_message=message)
