"""Plan of the injected faults: enough of each kind, after enough history."""

from collections.abc import Callable, Collection, Iterator, Sequence
from random import Random
from typing import Any

from orchestration.demo.arrivals import DAY_MS, Arrival, Window, input_chars
from orchestration.demo.effects import FAULT_KINDS, Effects, Fault
from orchestration.demo.workflows import Workflow

__all__ = ["LATE_DAYS", "FaultBook", "plan_faults"]

LATE_DAYS = 21
"""How many days after their day late records are delivered."""

_HISTORY = 0.3  # faults that must be found begin after this share of the window
_RUNAWAYS_PER_WORKFLOW = 3
_SILENT_FACTOR = 1.3
_PRICE_FACTOR = 1.32
_SLOW_FACTOR = 3.0
_LASTING_SLOW_FACTOR = 1.45
_BURST_ERROR_SHARE = 0.6
_SWAPS = {
    "claude-haiku-4-5-20251001": "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-5-20250929": "claude-opus-4-5-20251101",
    "gpt-4.1": "gpt-4o",
}


class FaultBook:
    """The planned faults, by the runs they cover.

    Parameters
    ----------
    faults : sequence of Fault
        All planned faults.
    """

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(faults)
        self.missing = tuple(fault for fault in faults if fault.kind == "missing_day")
        self._everywhere = [f for f in faults if not f.workflow_id and f.kind != "missing_day"]
        self._by_workflow: dict[str, list[Fault]] = {}
        for fault in faults:
            if fault.workflow_id:
                self._by_workflow.setdefault(fault.workflow_id, []).append(fault)

    def covering(self, cascade_id: str, session_id: str, started_ms: int) -> tuple[Fault, ...]:
        """Return the faults that cover a run, in the order they were planned."""
        candidates = (*self._by_workflow.get(cascade_id, ()), *self._everywhere)
        return tuple(f for f in candidates if f.covers(cascade_id, session_id, started_ms))

    def is_missing(self, first_ms: int, last_ms: int) -> bool:
        """Return whether a span overlaps a day without logs."""
        return any(f.starts_ms <= last_ms and first_ms < f.ends_ms for f in self.missing)


def plan_faults(
    seed: int,
    catalogue: Sequence[Workflow],
    window: Window,
    arrivals: Sequence[Arrival],
    kinds: Collection[str] = FAULT_KINDS,
) -> FaultBook:
    """Plan the faults.

    Parameters
    ----------
    seed : int
        The same seed gives the same faults; leaving a kind out does not move the others.
    catalogue : sequence of Workflow
        Its roles say which workflow gets which fault.
    window : Window
        The days of the logs.
    arrivals : sequence of Arrival
        The runs to choose from.
    kinds : collection of str
        Kinds to inject, of ``FAULT_KINDS``.

    Returns
    -------
    FaultBook
        The planned faults.
    """
    plan = _Plan(seed, catalogue, window, arrivals)
    return FaultBook(
        [fault for kind in FAULT_KINDS if kind in kinds for fault in plan.faults(kind)]
    )


class _Plan:
    def __init__(
        self,
        seed: int,
        catalogue: Sequence[Workflow],
        window: Window,
        arrivals: Sequence[Arrival],
    ):
        self.seed = seed
        self.window = window
        self.catalogue = catalogue
        self.missing_day = self._weekday(0.62)
        self.by_workflow: dict[str, list[Arrival]] = {flow.cascade_id: [] for flow in catalogue}
        self.by_day: dict[int, list[Arrival]] = {}
        for arrival in arrivals:
            day = window.day_of(arrival.started_ms)
            if day != self.missing_day:
                self.by_workflow[arrival.workflow.cascade_id].append(arrival)
                self.by_day.setdefault(day, []).append(arrival)

    def faults(self, kind: str) -> Iterator[Fault]:
        planners: dict[str, Callable[[Random], Iterator[Fault]]] = {
            "runaway_loop": self._runaway_loops,
            "silent_cost_increase": self._silent_increases,
            "model_swap": self._model_swaps,
            "price_change": self._price_changes,
            "error_burst": self._error_bursts,
            "slow_provider": self._slow_providers,
            "missing_day": self._missing_day,
            "late_records": self._late_records,
            "duplicate_records": self._duplicate_records,
        }
        return planners[kind](Random(f"{self.seed}|faults|{kind}"))

    def _weekday(self, share: float) -> int:
        """Return a weekday near a share of the window."""
        day = int(share * self.window.days)
        weekday = (self.window.first_day.toordinal() + day + 6) % 7
        return day - max(0, weekday - 4)

    def _of_role(self, *roles: str) -> list[Workflow]:
        return [flow for flow in self.catalogue if flow.role in roles]

    def _lasting(self, kind: str, flow: Workflow, share: float, **fields: Any) -> Fault:
        return Fault(
            fault_id=f"{kind}/{flow.cascade_id}",
            kind=kind,
            workflow_id=flow.cascade_id,
            species_hash=flow.species[0].species_hash,
            starts_ms=self.window.day_start_ms(int(share * self.window.days)),
            ends_ms=self.window.end_ms,
            **fields,
        )

    def _runaway_loops(self, rng: Random) -> Iterator[Fault]:
        step = (1 - _HISTORY) / _RUNAWAYS_PER_WORKFLOW
        for flow in self._of_role("runaway", "runaway_steady"):
            for nth in range(_RUNAWAYS_PER_WORKFLOW):
                first = self.window.start_ms + (_HISTORY + nth * step) * self.window.days * DAY_MS
                last = first + step * self.window.days * DAY_MS
                # A usual input, so that the loop and not the input is expensive.
                chosen = [
                    arrival
                    for arrival in self.by_workflow[flow.cascade_id]
                    if first <= arrival.started_ms < last
                    and self.window.end_ms - arrival.started_ms > DAY_MS
                    and 0.8 <= self._relative_input(arrival) <= 2.5
                ]
                factor = rng.randrange(8, 26)
                if chosen:
                    arrival = rng.choice(chosen)
                    yield Fault(
                        fault_id=f"runaway_loop/{flow.cascade_id}/{nth + 1}",
                        kind="runaway_loop",
                        workflow_id=flow.cascade_id,
                        species_hash=flow.species[0].species_hash,
                        expected_signal="cost_outlier",
                        detail=f"each model call was made {factor} times",
                        starts_ms=arrival.started_ms,
                        ends_ms=arrival.started_ms + 1,
                        effects=Effects(call_factor=factor, error_share=0.0),
                        session_ids=frozenset({arrival.session_id}),
                    )

    def _relative_input(self, arrival: Arrival) -> float:
        chars = input_chars(self.seed, arrival.workflow, arrival.session_id)
        return chars / arrival.workflow.input_median

    def _silent_increases(self, rng: Random) -> Iterator[Fault]:
        for flow in self._of_role("silent"):
            yield self._lasting(
                "silent_cost_increase",
                flow,
                rng.uniform(0.5, 0.75),
                expected_signal="cost_regression",
                detail=f"every call uses {_SILENT_FACTOR - 1:.0%} more tokens",
                effects=Effects(token_factor=_SILENT_FACTOR),
            )

    def _model_swaps(self, rng: Random) -> Iterator[Fault]:
        for flow in self._of_role("swap"):
            model = _SWAPS[flow.primary_model]
            yield self._lasting(
                "model_swap",
                flow,
                rng.uniform(0.5, 0.75),
                expected_signal="cost_regression",
                detail=f"the main model went from {flow.primary_model} to {model}",
                effects=Effects(primary_model=model),
            )

    def _price_changes(self, rng: Random) -> Iterator[Fault]:
        share = rng.uniform(0.6, 0.7)  # one price list, so one date for all
        for flow in self._of_role("price"):
            yield self._lasting(
                "price_change",
                flow,
                share,
                expected_signal="cost_regression",
                detail=f"{flow.primary_model} is charged {_PRICE_FACTOR - 1:.0%} more",
                effects=Effects(price_factors={flow.primary_model: _PRICE_FACTOR}),
            )

    def _error_bursts(self, rng: Random) -> Iterator[Fault]:
        spans = ((0.35, 0.6, 0, 24), (0.65, 0.95, 6, 42))  # a whole day; a day and a half
        for flow in self._of_role("burst"):
            for nth, (low, high, first_hour, last_hour) in enumerate(spans):
                days = range(int(low * self.window.days), int(high * self.window.days))
                busy = sorted(days, key=lambda day: (-self._runs_on(flow, day), day))
                day_start = self.window.day_start_ms(rng.choice(busy[: max(1, len(busy) // 3)]))
                yield Fault(
                    fault_id=f"error_burst/{flow.cascade_id}/{nth + 1}",
                    kind="error_burst",
                    workflow_id=flow.cascade_id,
                    species_hash=flow.species[0].species_hash,
                    expected_signal="error_outlier",
                    detail=f"{_BURST_ERROR_SHARE:.0%} of the runs have a failing call",
                    starts_ms=day_start + first_hour * 3_600_000,
                    ends_ms=day_start + last_hour * 3_600_000,
                    effects=Effects(error_share=_BURST_ERROR_SHARE),
                )

    def _runs_on(self, flow: Workflow, day: int) -> int:
        arrivals = self.by_workflow[flow.cascade_id]
        return sum(self.window.day_of(arrival.started_ms) == day for arrival in arrivals)

    def _slow_providers(self, rng: Random) -> Iterator[Fault]:
        for provider, share, days in (
            ("openai", 0.45, 1),
            ("anthropic", 0.7, 1),
            ("google", 0.85, 2),
        ):
            start = self.window.day_start_ms(self._weekday(share))
            yield Fault(
                fault_id=f"slow_provider/{provider}",
                kind="slow_provider",
                workflow_id="",
                species_hash="",
                expected_signal="duration_outlier",
                detail=f"{provider} answers {_SLOW_FACTOR:g} times as slowly",
                starts_ms=start,
                ends_ms=start + days * DAY_MS,
                effects=Effects(slowness={provider: _SLOW_FACTOR}),
            )
        for flow in self._of_role("slow"):
            yield self._lasting(
                "slow_provider",
                flow,
                rng.uniform(0.5, 0.72),
                expected_signal="duration_regression",
                detail=f"google answers this workflow {_LASTING_SLOW_FACTOR - 1:.0%} more slowly",
                effects=Effects(slowness={"google": _LASTING_SLOW_FACTOR}),
            )

    def _missing_day(self, _: Random) -> Iterator[Fault]:
        yield self._whole_day("missing_day", 1, self.missing_day, "no record of this day exists")

    def _late_records(self, rng: Random) -> Iterator[Fault]:
        detail = f"some records were delivered {LATE_DAYS} days late"
        for nth, share in enumerate((0.25, 0.4, 0.55)):
            day = self._weekday(share)
            yield self._whole_day("late_records", nth + 1, day, detail, self._pick(rng, day, 16))

    def _duplicate_records(self, rng: Random) -> Iterator[Fault]:
        detail = "some records were delivered twice"
        for nth, share in enumerate((0.2, 0.5, 0.9)):
            day = self._weekday(share)
            picked = self._pick(rng, day, 20)
            yield self._whole_day("duplicate_records", nth + 1, day, detail, picked)

    def _pick(self, rng: Random, day: int, number: int) -> frozenset[str]:
        """Choose runs of a day that no other fault affects."""
        roles = {"plain", "tuned", "odd", "renewed"}
        free = [a.session_id for a in self.by_day.get(day, ()) if a.workflow.role in roles]
        return frozenset(rng.sample(free, min(number, len(free))))

    def _whole_day(
        self, kind: str, nth: int, day: int, detail: str, session_ids: frozenset[str] = frozenset()
    ) -> Fault:
        return Fault(
            fault_id=f"{kind}/{nth}",
            kind=kind,
            workflow_id="",
            species_hash="",
            expected_signal="none",
            detail=detail,
            starts_ms=self.window.day_start_ms(day),
            ends_ms=self.window.day_start_ms(day + 1),
            session_ids=session_ids,
        )
