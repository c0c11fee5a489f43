"""Calls that several logs of a source hold: each once, with the run that made it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from reference.runs import Call, Run

__all__ = ["without_copies"]


def without_copies(runs: Iterable[Run]) -> list[Run]:
    """Return the runs, each call in the run that made it alone.

    A run that has nothing but copies is the run that they are copied from.
    """
    runs = list(runs)
    log_ends: dict[str, float] = defaultdict(float)
    for run in runs:
        end = run.ended_at.timestamp() if run.ended_at else float("inf")
        log_ends[run.log] = max(log_ends[run.log], end)
    kept_in: dict[str, Counter[str]] = defaultdict(Counter)
    for group in _groups((run, call) for run in runs for call in run.calls):
        holders = {run.run_id for run, _ in group}
        kept_run, kept_call = min(
            group,
            key=lambda held: (
                not holders.isdisjoint(held[1].copied_from),
                log_ends[held[0].log],
                held[1].called_at,
                held[1].call_id,
            ),
        )
        for run, call in group:
            if call is not kept_call:
                run.calls.remove(call)
                kept_in[run.run_id][kept_run.run_id] += 1
    same = {
        run.run_id: min(kept_in[run.run_id], key=lambda kept: (-kept_in[run.run_id][kept], kept))
        for run in runs
        if run.run_id in kept_in and not run.calls
    }
    for run in runs:
        run.parent_run_id = same.get(run.parent_run_id, run.parent_run_id)
    return [run for run in runs if run.run_id not in same]


def _groups(held: Iterable[tuple[Run, Call]]) -> Iterable[list[tuple[Run, Call]]]:
    """Yield the calls that share an id, also through others, where there are several."""
    holders: dict[str, list[tuple[Run, Call]]] = defaultdict(list)
    for run, call in held:
        for copy_id in call.copy_ids:
            holders[copy_id].append((run, call))
    seen: set[str] = set()
    for copy_id in holders:
        if copy_id in seen:
            continue
        group: dict[str, tuple[Run, Call]] = {}
        waiting = [copy_id]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for run, call in holders[name]:
                group[call.call_id] = (run, call)
                waiting += call.copy_ids
        if len(group) > 1:
            yield list(group.values())
