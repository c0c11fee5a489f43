"""Codex threads whose calls stand in several rollouts: for each what belongs to which run.

Every function writes rollouts and returns, by run, the input tokens of the calls that are its own:
each call takes a number of its own, so the numbers name the calls.
"""

from collections.abc import Callable
from pathlib import Path

from sources.codex_threads import Thread

__all__ = ["SCENARIOS"]

Owned = dict[str, list[int]]


def _parent(folder: Path, name: str, base: int, turn: str | None = "p1") -> Thread:
    thread = Thread(folder, name).open()
    thread.turn(turn)
    thread.count(base + 1)
    thread.write("event_msg", thread.lines[-1]["payload"])
    thread.count(base + 2)
    return thread


def _spawned(parent: Thread, **more: object) -> dict:
    spawn = {"parent_thread_id": parent.id, "depth": 1, "agent_role": "worker"}
    return {"source": {"subagent": {"thread_spawn": spawn}}, **more}


def _fork(name: str, gap: float | None, turn: str | None, base: int) -> Callable:
    """Return a scenario of a fork whose copy has the original's times, or a pace of its own."""

    def write(early: Path, late: Path) -> Owned:
        parent = _parent(late, f"{name} parent", base, turn)
        fork = Thread(early, f"{name} fork", forked_from_id=parent.id).open(90)
        fork.take_over(parent.lines, gap, parent.total)
        fork.moment = fork.moment.replace(hour=12)
        fork.turn(None if turn is None else "f1")
        fork.count(base + 3)
        # The parent goes on, too.
        parent.turn(None if turn is None else "p2")
        parent.count(base + 4)
        parent.save()
        fork.save()
        return {parent.run: [base + 1, base + 2, base + 4], fork.run: [base + 3]}

    write.__name__ = name
    return write


def fork_of_a_fork(early: Path, late: Path) -> Owned:
    """Leave out the fork in the middle: the copies name the first of all, too."""
    first = _parent(late, "chain first", 2140)
    middle = Thread(late, "chain middle", forked_from_id=first.id).open(60)
    middle.take_over(first.lines, 0.002, first.total)
    middle.moment = middle.moment.replace(hour=11)
    middle.turn("m1")
    middle.count(2143)
    last = Thread(early, "chain last", forked_from_id=middle.id).open(200)
    last.take_over(middle.lines, 0.002, middle.total)
    last.moment = last.moment.replace(hour=15)
    last.turn("l1")
    last.count(2144)
    first.save()
    last.save()
    return {first.run: [2141, 2142], last.run: [2143, 2144]}


def fork_without_a_copy(early: Path, late: Path) -> Owned:
    """Copy nothing into a fork, which has counts like its parent's from its first moment on."""
    parent = _parent(late, "bare parent", 2150)
    fork = Thread(early, "bare fork", forked_from_id=parent.id).open()
    fork.turn("own", "gpt-5.4")
    fork.count(2151, seconds=0.2)
    fork.count(2152, seconds=0.2)
    parent.save()
    fork.save()
    return {parent.run: [2151, 2152], fork.run: [2151, 2152]}


def sub_agents(early: Path, late: Path) -> Owned:
    """Mark the own history of sub-agents: by an ordinal, by settings, by the head once more."""
    parent = _parent(late, "marks parent", 2160)
    paged = Thread(early, "marks paged", **_spawned(parent, subagent_history_start_ordinal=2))
    paged.open(5)
    paged.take_over(parent.lines[-1:], 0.001, parent.total)
    # Numbers that the parent has, too, in a turn of the same name: not a copy, as the ordinal says.
    paged.total = {}
    paged.turn("p1")
    paged.count(2161)

    settled = Thread(early, "marks settled", **_spawned(parent)).open(6)
    settled.take_over(parent.lines[:3], 0.001, {})
    settled.settings(model="gpt-5.2-codex")
    settled.turn("p1")
    settled.count(2161)

    headed = Thread(early, "marks headed", **_spawned(parent)).open(7)
    headed.take_over(parent.lines[:3], 0.001, {})
    headed.write("session_meta", headed.head)
    headed.turn("p1")
    headed.count(2161)

    # Moved to ordinals later on: no line reaches the one that the head names.
    moved = Thread(early, "marks moved", **_spawned(parent, subagent_history_start_ordinal=99))
    moved.open(8)
    moved.take_over(parent.lines, 0, parent.total)
    moved.turn("s1")
    moved.count(2163)
    for thread in (parent, paged, settled, headed, moved):
        thread.save()
    own = {thread.run: [2161] for thread in (paged, settled, headed)}
    return {parent.run: [2161, 2162], **own, moved.run: [2163]}


def records(early: Path, late: Path) -> Owned:
    """Say by records whose an answer is; a compaction is a record alone."""
    parent = Thread(late, "records parent").open()
    parent.turn("p1")
    for number in (1, 2):
        parent.record(2170 + number, f"resp_par_{number}", "p1")
        parent.count(2170 + number, seconds=0.01)
    parent.record(2173, "resp_par_compact", "p1")
    zeros = dict.fromkeys(("input_tokens", "cached_input_tokens", "output_tokens"), 0)
    info = {"total_token_usage": parent.total, "last_token_usage": zeros | {"total_tokens": 900}}
    parent.write("event_msg", {"type": "token_count", "info": info})
    fork = Thread(early, "records fork", forked_from_id=parent.id).open(30)
    fork.take_over(parent.lines, 0.4, parent.total)
    fork.turn("f1")
    fork.record(2174, "resp_fork_1", "f1")
    fork.count(2174, seconds=0.01)
    # A sub-agent gets the counts, without the records.
    child = Thread(early, "records child", **_spawned(parent)).open(40)
    counts = [line for line in parent.lines if line["type"] != "token_usage_record"]
    child.take_over(counts, 0.001, {})
    child.settings(service_tier="priority")
    child.turn("c1")
    child.record(2175, "resp_child_1", "c1")
    child.count(2175, seconds=0.01)
    for thread in (parent, fork, child):
        thread.save()
    return {parent.run: [2171, 2172, 2173], fork.run: [2174], child.run: [2175]}


def totals_alone(early: Path, late: Path) -> Owned:
    """Count totals alone, which a full window begins again, in files that were saved twice."""
    thread = Thread(early, "totals").open()
    thread.turn(None)
    thread.count(2181, last=False)
    thread.count(2182, last=False)
    thread.folder = late
    thread.save(folder="archived_sessions")
    window = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0}
    window["total_tokens"] = 272_000
    info = {"total_token_usage": window, "last_token_usage": window}
    thread.write("event_msg", {"type": "token_count", "info": info})
    thread.total = dict(window)
    thread.count(2183)
    thread.folder = early
    thread.save()
    # A revert goes on in a file of its own, which begins like the first.
    reverted = Thread(late, "totals").open()
    reverted.lines = thread.lines[:3]
    reverted.total = thread.lines[2]["payload"]["info"]["total_token_usage"]
    reverted.count(2184, last=False)
    reverted.save("_019f0000-0000-7000-8000-00000000aaaa")
    return {thread.run: [2181, 2182, 2183, 2184]}


SCENARIOS = (
    _fork("fork_in_a_burst", 0.003, "p1", 2100),
    _fork("fork_over_seconds", 0.7, "p1", 2110),
    _fork("fork_with_old_times", None, "p1", 2120),
    _fork("fork_of_an_old_version", 0.003, None, 2130),
    fork_of_a_fork,
    fork_without_a_copy,
    sub_agents,
    records,
    totals_alone,
)
