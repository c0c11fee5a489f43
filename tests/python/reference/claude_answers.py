"""Which lines of Claude Code's transcripts are one answer, and what it used."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from reference.prices import Tokens

__all__ = ["Agent", "Answer", "Line", "answers_of", "tokens_of"]

Agent = tuple[str, str]
"""Session id and agent id; the main agent's is empty."""

# As long as a tool's result may stand within an answer (the var `parallel_tool_seconds`).
PARALLEL_TOOLS = timedelta(seconds=10)
REPEATS_OTHERS = re.compile(r"(aside_question|acompact)")


@dataclass(frozen=True)
class Line:
    """One message as a line of a transcript tells it."""

    agent: Agent
    kind: str
    uuid: str
    request_id: str
    message: dict[str, Any]
    at: datetime
    place: int
    directory: str
    tool_use_id: str
    forked_from: str
    started: tuple[str, str]
    starter: str
    is_meta: bool
    is_api_error: bool
    cost: Decimal | None

    @property
    def is_prompt(self) -> bool:
        """Say whether the person (or the agent above) speaks, and no tool."""
        content = self.message.get("content")
        if self.kind != "user" or self.is_meta:
            return False
        return isinstance(content, str) or (bool(content) and content[0].get("type") == "text")

    @property
    def counts(self) -> tuple[int, ...]:
        """Return the counts of input tokens, then of output tokens."""
        usage = self.message.get("usage") or {}
        names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        return (*(usage.get(name) or 0 for name in names), usage.get("output_tokens") or 0)


@dataclass
class Answer:
    """One answer of a model to an agent."""

    agent: Agent
    message_id: str
    request_id: str
    lines: list[Line]
    answer_id: str = ""
    owner: str = ""
    shared_ids: set[str] = field(default_factory=set)

    @property
    def called_at(self) -> datetime:
        """Return when its first line was written."""
        return min(line.at for line in self.lines)

    @property
    def usages(self) -> list[dict[str, Any]]:
        """Return what each line says of tokens."""
        return [line.message.get("usage") or {} for line in self.lines]

    def advices(self) -> list[dict[str, Any]]:
        """Return what other models were asked on the way."""
        longest = max((usage.get("iterations") or [] for usage in self.usages), key=len)
        return [advice for advice in longest if advice["type"] == "advisor_message"]


def answers_of(lines: Iterable[Line]) -> list[Answer]:
    """Return the answers of all agents of one session, with their ids and owners."""
    of_agents: dict[Agent, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.at, line.place, line.uuid)):
        of_agents[line.agent].append(line)
    answers = [answer for said in of_agents.values() for answer in _of_one_agent(said)]
    of_messages: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        of_messages[answer.message_id].append(answer)
    for message_id, holders in of_messages.items():
        _name(message_id, holders)
    return answers


def _of_one_agent(said: list[Line]) -> Iterator[Answer]:
    requests: dict[str, str] = {}
    for line in said:
        if line.kind == "assistant" and line.request_id:
            message_id = line.message.get("id") or ""
            requests[message_id] = max(requests.get(message_id, ""), line.request_id)
    known: dict[tuple[str, str], Answer] = {}
    nameless: Answer | None = None
    had_prompt = had_result = False
    for line in said:
        had_prompt |= line.is_prompt
        had_result |= line.kind == "user"
        if line.kind != "assistant":
            continue
        message_id = line.message.get("id") or ""
        request_id = line.request_id or requests.get(message_id, "")
        if request_id:
            key = message_id, request_id
            known.setdefault(key, Answer(line.agent, *key, [])).lines.append(line)
            last, had_prompt, had_result = line, False, False
            continue
        goes_on = (
            nameless is not None
            and message_id
            and not had_prompt
            and not (had_result and _is_next_round(last, line))
            and last.message.get("id") == message_id
            and last.message["model"] == line.message["model"]
            and line.counts[-1] >= last.counts[-1]
            and (
                line.counts[:-1] == last.counts[:-1]
                or not any(line.counts[:-1])
                or not any(last.counts[:-1])
            )
        )
        if not goes_on:
            if nameless:
                yield nameless
            nameless = Answer(line.agent, message_id, "", [])
        nameless.lines.append(line)
        last, had_prompt, had_result = line, False, False
    yield from known.values()
    if nameless:
        yield nameless


def _is_next_round(last: Line, line: Line) -> bool:
    """Say whether a line after a tool's result is the next answer, not more of the one before."""
    blocks = line.message.get("content") or [{}]
    calls_a_tool = isinstance(blocks, list) and blocks[0].get("type") == "tool_use"
    is_soon = line.at - last.at <= PARALLEL_TOOLS
    return not calls_a_tool or not is_soon or bool(last.message.get("stop_reason"))


def _name(message_id: str, holders: list[Answer]) -> None:
    """Give the answers of one message id their ids, and say which agent made the call."""

    def order(answer: Answer) -> tuple:
        agent_id = answer.agent[1]
        repeats = REPEATS_OTHERS.match(agent_id) is not None
        return repeats, agent_id != "", answer.called_at, agent_id, answer.request_id

    holders.sort(key=order)
    agents = Counter(answer.agent for answer in holders)
    has_requests = all(answer.request_id for answer in holders)
    is_repeated = message_id and len(agents) == len(holders) > 1 and has_requests
    for place, answer in enumerate(holders):
        first = min(answer.lines, key=lambda line: (line.at, line.place, line.uuid))
        own = answer.request_id or first.uuid
        answer.owner = holders[0].agent[1]
        if not message_id:
            answer.answer_id = own
        elif place == 0:
            answer.answer_id = message_id
        else:
            answer.answer_id = f"{message_id}/{answer.agent[1]}/{own}"
        if answer.request_id:
            answer.shared_ids.add(f"{message_id}/{answer.request_id}")
        else:
            answer.shared_ids.add(first.uuid)
        if is_repeated:
            answer.shared_ids.add(f"{answer.agent[0]}/{message_id}")


def tokens_of(usages: list[dict[str, Any]]) -> Tokens:
    """Return the largest value of each counter: counters only grow while a message streams."""

    def largest(name: str) -> int:
        return max(usage.get(name) or 0 for usage in usages)

    written = largest("cache_creation_input_tokens")
    lifetimes = [usage.get("cache_creation") or {} for usage in usages]
    written_1h = max(split.get("ephemeral_1h_input_tokens") or 0 for split in lifetimes)
    written_5m = max(split.get("ephemeral_5m_input_tokens") or 0 for split in lifetimes)
    return Tokens(
        logged_input=largest("input_tokens"),
        cache_read=largest("cache_read_input_tokens"),
        cache_write_5m=max(written - min(written, written_1h), written_5m),
        cache_write_1h=written_1h,
        output=largest("output_tokens"),
    )
