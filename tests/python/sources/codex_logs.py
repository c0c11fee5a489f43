"""Transcripts of the Codex CLI, with the counts that it sends again."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sources.totals import Totals

__all__ = ["write_codex"]

_NAMES = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


def write_codex(folder: Path, seed: int = 1, sessions: int = 8) -> Totals:
    """Write a transcript per session in folders by day, and forked and re-saved copies of some.

    Parameters
    ----------
    folder : Path
        Where to write; it is created.
    seed : int
        Equal seeds write equal files.
    sessions : int
        How many; the first is also saved half-way under another folder, and forked.

    Returns
    -------
    Totals
        What is in the transcripts; tool calls, and reasoning tokens among the counts.
    """
    rng = random.Random(seed)
    start = datetime(2026, 3, 2, 10, tzinfo=UTC)
    totals = Totals()
    for number in range(sessions):
        session = str(uuid.UUID(int=rng.getrandbits(128)))
        lines = _session(rng, session, start + timedelta(hours=9 * number), totals)
        name = f"rollout-{start + timedelta(hours=9 * number):%Y-%m-%dT%H-%M-%S}-{session}.jsonl"
        if number == 1:
            # Only the file's name says which session it is.
            lines = lines[1:]
        _save(folder / "sessions" / "2026" / "03" / f"{2 + number:02d}" / name, lines)
        if number == 0:
            _save(folder / "backup" / name, lines[: len(lines) // 2])
            _save_fork(rng, folder, lines, totals)
    return totals


def _session(rng: random.Random, session: str, moment: datetime, totals: Totals) -> list[dict]:
    log = _Log(moment)
    log.add(
        "session_meta",
        id=session,
        cwd="/srv/shop",
        originator="codex_cli_rs",
        cli_version="0.46.0",
        source="cli",
        model_provider="openai",
        git={"branch": "main"},
    )
    totals.runs += 1
    log.add("event_msg", type="user_message", message="Fix the failing test")
    _turns(rng, log, totals)
    return log.lines


def _turns(rng: random.Random, log: "_Log", totals: Totals) -> None:
    for turn in range(rng.randint(2, 4)):
        model = ("gpt-5-codex", "gpt-5")[turn % 2]
        log.add("turn_context", cwd="/srv/shop", model=model, approval_policy="on-request")
        log.add("event_msg", type="token_count", info=None, rate_limits={"primary": 1})
        for _ in range(rng.randint(1, 4)):
            call = f"call_{rng.getrandbits(40):x}"
            has_failed = rng.random() < 0.3
            output = json.dumps({"output": "…", "metadata": {"exit_code": int(has_failed)}})
            log.add(
                "response_item", type="function_call", name="shell", call_id=call, arguments="{}"
            )
            log.add("response_item", type="function_call_output", call_id=call, output=output)
            totals.count("tool_calls")
            totals.count("failed_tool_calls", has_failed)
            tokens = (rng.randint(2000, 30_000), rng.randint(50, 900))
            cached, reasoning = rng.randrange(tokens[0]), rng.randrange(tokens[1])
            log.count_tokens(tokens[0], cached, tokens[1], reasoning)
            # The same count once more, with newer rate limits.
            log.add("event_msg", **log.lines[-1]["payload"])
            totals.add_call(*tokens, cached_tokens=cached)
            totals.count("reasoning_tokens", reasoning)
            totals.count(model)
    log.add("event_msg", type="task_complete")


def _save_fork(rng: random.Random, folder: Path, lines: list[dict], totals: Totals) -> None:
    """Write a session that goes on from another one, whose lines it copies first."""
    parent = lines[0]["payload"]["id"]
    session = str(uuid.UUID(int=rng.getrandbits(128)))
    moment = datetime(2026, 3, 4, 10, tzinfo=UTC)
    log = _Log(moment)
    log.add("session_meta", id=session, forked_from_id=parent, cwd="/srv/shop", source="cli")
    log.lines += [dict(line, timestamp=_text(moment)) for line in lines]
    counts = [line["payload"]["info"] for line in lines if line["payload"].get("info")]
    log.usage = counts[-1]["total_token_usage"]
    log.moment += timedelta(seconds=30)
    totals.runs += 1
    _turns(rng, log, totals)
    name = f"rollout-{moment:%Y-%m-%dT%H-%M-%S}-{session}.jsonl"
    _save(folder / "sessions" / "2026" / "03" / "04" / name, log.lines)


class _Log:
    """Lines of one transcript, with the count that grows along it."""

    def __init__(self, moment: datetime):
        self.moment = moment
        self.lines: list[dict] = []
        self.usage = dict.fromkeys(_NAMES, 0)

    def add(self, line_type: str, **payload) -> None:
        """Write a line, a second and a half after the one before."""
        self.moment += timedelta(milliseconds=1500 if self.lines else 0)
        line = {"timestamp": _text(self.moment), "type": line_type, "payload": payload}
        self.lines.append(line)

    def count_tokens(self, *counts: int) -> None:
        """Write the count after a turn: cumulative, and the turn's own."""
        turn = dict(zip(_NAMES, (*counts, counts[0] + counts[2]), strict=True))
        self.usage = {name: self.usage[name] + turn[name] for name in _NAMES}
        info = {"total_token_usage": self.usage, "last_token_usage": turn}
        self.add("event_msg", type="token_count", info=info, rate_limits={"primary": 2})


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _save(path: Path, lines: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
