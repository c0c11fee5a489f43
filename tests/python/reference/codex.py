"""Runs and calls of Codex rollouts: a run per thread, and whose history each holds."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from reference.copies import without_copies
from reference.prices import PriceBook, Tokens
from reference.runs import Call, Run, instant, records

ROLLOUT = re.compile(r"(?:rollout-[\dT-]{19}-)?([^/]+?)(?:_[0-9a-f-]{36})?\.jsonl")
COUNTERS = ("input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens")
PAUSE = timedelta(seconds=1)


@dataclass
class Answer:
    """What one file says of one answer of a model."""

    key: str
    usage: dict[str, int]
    at: datetime
    turn: str
    model: str
    tier: str
    owner: str = ""
    count: str = ""
    is_copied: bool = False
    is_doubtful: bool = False


@dataclass
class Rollout:
    """One saved file of a thread, read line by line."""

    thread: str
    lines: list[dict[str, Any]]
    ancestors: set[str] = field(default_factory=set)
    start: int | None = 0
    answers: list[Answer] = field(default_factory=list)

    def read(self) -> "Rollout":
        """Find out where the thread's own history begins, and what its answers used."""
        heads = [line["payload"] for line in self.lines if line["type"] == "session_meta"]
        for head in heads:
            spawned = _at(head, "source", "subagent", "thread_spawn", "parent_thread_id")
            named = (head["id"], head.get("forked_from_id"), head.get("parent_thread_id"), spawned)
            self.ancestors |= {thread for thread in named if thread and thread != self.thread}
        if self.ancestors:
            self.start = self._own_start()
        self._find_answers()
        return self

    def _own_start(self) -> int | None:
        """Return the first line of its own history, if anything marks it."""
        own = [n for n, line in enumerate(self.lines) if self._is_own_head(line)]
        foreign = [n for n, line in enumerate(self.lines) if _is_head(line) and n not in own]
        ordinal = (
            self.lines[own[0]]["payload"].get("subagent_history_start_ordinal") if own else None
        )
        if ordinal is not None:
            reached = [n for n, line in enumerate(self.lines) if line.get("ordinal", -1) >= ordinal]
            if reached:
                return reached[0]
        for number, line in enumerate(self.lines):
            settings = line["payload"].get("type") == "thread_settings_applied"
            if settings and line["payload"].get("thread_id") == self.thread:
                return number
        return next((n for n in own if foreign and n > foreign[-1]), None)

    def likely_start(self) -> int:
        """Return the same where nothing marks it: behind the first pause after the copy."""
        if self.start is not None:
            return self.start
        foreign = [n for n, line in enumerate(self.lines) if _is_head(line) and n > 0]
        if not foreign:
            return 0
        opened = instant(self.lines[0]["timestamp"])
        for number in range(foreign[-1] + 1, len(self.lines)):
            at, before = (instant(self.lines[n]["timestamp"]) for n in (number, number - 1))
            if at >= opened and at - before > PAUSE:
                return number
        return len(self.lines)

    def own_lines(self) -> list[dict[str, Any]]:
        """Return the head and the lines of its own history."""
        start = self.likely_start()
        return [
            line
            for number, line in enumerate(self.lines)
            if self._is_own_head(line) or (number >= start and not _is_head(line))
        ]

    def _is_own_head(self, line: dict[str, Any]) -> bool:
        return _is_head(line) and line["payload"]["id"] == self.thread

    def _find_answers(self) -> None:
        turn = model = tier = ""
        models: dict[str, str] = {}
        totals: list[tuple[dict[str, Any], bool]] = [({}, False)]
        pending: Answer | None = None
        for number, line in enumerate(self.lines):
            payload, at = line["payload"], instant(line["timestamp"])
            if line["type"] == "turn_context":
                turn, model = payload.get("turn_id", ""), payload["model"]
                models[turn] = model
            elif payload.get("type") == "thread_settings_applied":
                tier = payload["thread_settings"].get("service_tier") or ""
            elif line["type"] == "token_usage_record":
                own_turn = payload["turn_id"] or turn
                pending = Answer(
                    payload["response_id"], payload["usage"], at, own_turn, models[own_turn], tier
                )
                pending.owner = payload["thread_id"]
                pending.is_copied = payload["thread_id"] != self.thread
                self.answers.append(pending)
            elif payload.get("type") == "token_count" and payload.get("info"):
                total = payload["info"].get("total_token_usage") or {}
                last = payload["info"].get("last_token_usage")
                is_copied = self.start is not None and number < self.start
                if (total, is_copied) in totals:
                    continue
                usage = last or _growth(totals[-1][0], total)
                totals.append((total, is_copied))
                if not usage.get("input_tokens", 0) + usage.get("output_tokens", 0):
                    continue
                count = f"{sorted(total.items())} {sorted((last or {}).items())}"
                if pending and pending.usage == usage:
                    pending.count = count
                else:
                    key = f"{count} inherited" if is_copied else count
                    answer = Answer(key, usage, at, turn, model, tier, count=count)
                    answer.is_copied = is_copied
                    self.answers.append(answer)
                pending = None
        for answer in self.answers:
            answer.is_doubtful = self.start is None and not answer.owner

    def shared_ids(self, answer: Answer) -> set[str]:
        """Return what copies of an answer in other threads have in common with it."""
        ids = {f"{answer.owner}/{answer.key}"} if answer.owner else set()
        twins = [other for other in self.answers if other.count == answer.count]
        if answer.count and not (answer.is_copied and len(twins) > 1):
            ids |= {f"{self.thread}#{answer.count}", f"{self.thread}#{answer.turn}#{answer.count}"}
        if answer.count:
            for thread in self.ancestors:
                if self.start is None:
                    ids.add(f"{thread}#{answer.turn}#{answer.count}")
                elif answer.is_copied:
                    ids.add(f"{thread}#{answer.count}")
        return ids


def read_codex(folder: Path, prices: PriceBook) -> list[Run]:
    """Read the runs of a folder of rollouts."""
    files: dict[Path, list[dict[str, Any]]] = defaultdict(list)
    for path, line in records(folder):
        files[path].append(line)
    rollouts: dict[str, list[Rollout]] = defaultdict(list)
    for path, lines in files.items():
        if not all("payload" in line for line in lines):
            continue
        heads = [line["payload"]["id"] for line in lines if _is_head(line)]
        thread = heads[0] if heads else ROLLOUT.search(path.name)[1]
        rollouts[thread].append(Rollout(thread, lines).read())
    runs = [_run(thread, saved, prices) for thread, saved in rollouts.items()]
    return without_copies(runs)


def _run(thread: str, saved: list[Rollout], prices: PriceBook) -> Run:
    own = [line for rollout in saved for line in rollout.own_lines()]
    head = next((line["payload"] for line in own if _is_head(line)), {})
    source = head.get("source")
    role, parent = "", None
    if isinstance(source, dict) or head.get("thread_source") not in (None, "user"):
        spawn = _at(head, "source", "subagent", "thread_spawn") or {}
        named = (head.get("parent_thread_id"), spawn.get("parent_thread_id"), head["session_id"])
        parent = next(f"codex:{name}" for name in named if name and name != thread)
        role = spawn.get("agent_role") or _at(source, "subagent", "other") or ""
    project = Path(head.get("cwd", "")).name
    moments = [instant(line["timestamp"]) for line in own]
    run = Run(
        run_id=f"codex:{thread}",
        source="codex",
        workflow_id=f"{project}:{role}" if role else project,
        genus=(project, role),
        project=project,
        status="completed",
        created_at=min(moments),
        ended_at=max(moments),
        input_text="",
        parent_run_id=parent,
        depth=int(parent is not None),
        caller_id="",
        origin=source if isinstance(source, str) else "cli",
        log=thread,
    )
    answers = {a.key: (rollout, a) for rollout in saved for a in rollout.answers}
    run.calls = [_call(rollout, answer, prices) for rollout, answer in answers.values()]
    return run


def _call(rollout: Rollout, answer: Answer, prices: PriceBook) -> Call:
    counts = [answer.usage.get(name, 0) for name in COUNTERS]
    tokens = Tokens(counts[0], counts[1], counts[2], 0, counts[3])
    cost = prices.cost(answer.model, "openai", tokens, answer.at, cache_in_input=True)
    origins = (
        rollout.ancestors | {answer.owner} if answer.is_copied or answer.is_doubtful else set()
    )
    return Call(
        call_id=f"codex:{rollout.thread}/{answer.key}",
        model=answer.model,
        provider="openai",
        called_at=answer.at,
        tokens=tokens,
        total_input=tokens.logged_input,
        cost=None if cost is None else Decimal(cost),
        cost_source="missing" if cost is None else "computed",
        species=answer.model,
        copy_ids=frozenset(rollout.shared_ids(answer)),
        copied_from=frozenset(f"codex:{thread}" for thread in origins - {rollout.thread, ""}),
    )


def _growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return by how much a total grew; all of it where it began again."""
    if before.get("total_tokens", 0) > after["total_tokens"]:
        before = {}
    return {name: max(0, after.get(name, 0) - before.get(name, 0)) for name in COUNTERS}


def _is_head(line: dict[str, Any]) -> bool:
    return line["type"] == "session_meta"


def _at(value: Any, *keys: str) -> Any:
    """Return what lies at a path of keys, or nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
