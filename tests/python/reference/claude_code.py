"""Runs and calls of Claude Code transcripts: a run per session and per sub-agent."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reference.copies import without_copies
from reference.prices import PriceBook, Tokens
from reference.runs import Call, Run, instant, records

SYNTHETIC = "<synthetic>"

Agent = tuple[str, str]
"""Session id and agent id; the main agent's is empty."""


@dataclass(frozen=True)
class Line:
    """One message as a line of a transcript tells it."""

    agent: Agent
    kind: str
    uuid: str
    request_id: str
    message: dict[str, Any]
    at: datetime
    directory: str
    tool_use_id: str
    forked_from: str
    is_meta: bool
    is_api_error: bool


def read_claude_code(folder: Path, prices: PriceBook) -> list[Run]:
    """Read the runs of a folder of transcripts."""
    lines = list({_line_key(line): line for line in _lines(folder)}.values())
    agents: dict[Agent, list[Line]] = defaultdict(list)
    for line in lines:
        agents[line.agent].append(line)
    kinds = _kinds_of_agents(lines)
    directories: dict[str, tuple[bool, datetime, str]] = {}
    for (session_id, agent_id), said in agents.items():
        first = min(said, key=lambda line: (line.at, line.uuid))
        start = (agent_id != "", first.at, first.directory)
        directories[session_id] = min(start, directories.get(session_id, start))
    runs = {}
    for agent, said in agents.items():
        project = re.split(r"[/\\]", directories[agent[0]][2])[-1]
        runs[agent] = _run(agent, said, kinds.get(agent, "sub-agent"), project)
    errors = set()
    for agent, kind, call in _calls(lines, kinds, prices):
        runs[agent].calls.append(call)
        if kind == "api_error":
            errors.add(call.call_id)
    kept = without_copies(runs.values())
    for run in kept:
        run.error_count = sum(call.call_id in errors for call in run.calls)
    return kept


def _lines(folder: Path):
    """Yield the messages, those nested in progress lines included."""
    for path, record in records(folder):
        session_id = record.get("sessionId")
        if not session_id:
            continue
        body, agent_id = record, record.get("agentId") or ""
        data = record.get("data") or {}
        if record["type"] == "progress" and data.get("type") == "agent_progress":
            body, agent_id = data["message"], data["agentId"]
        elif not agent_id and record.get("isSidechain"):
            agent_id = "sidechain"
        if body["type"] in ("assistant", "user") and body.get("timestamp"):
            yield Line(
                agent=(session_id, agent_id),
                kind=body["type"],
                uuid=body.get("uuid", path.name),
                request_id=body.get("requestId", ""),
                message=body["message"],
                at=instant(body["timestamp"]),
                directory=record.get("cwd", ""),
                tool_use_id=record.get("parentToolUseID", "") if agent_id else "",
                forked_from=(record.get("forkedFrom") or {}).get("sessionId", ""),
                is_meta=bool(record.get("isMeta")),
                is_api_error=bool(record.get("isApiErrorMessage")),
            )


def _line_key(line: Line) -> tuple:
    """Return what a line saved again has in common with its first copy."""
    usage = line.message.get("usage") or {}
    return (line.agent, line.uuid, line.at, str(usage), line.directory, line.tool_use_id)


def _kinds_of_agents(lines: list[Line]) -> dict[Agent, str]:
    """Return the sub-agent type that the starting tool call asked for."""
    asked = {}
    for line in lines:
        content = line.message.get("content")
        for block in content if isinstance(content, list) else ():
            if block["type"] == "tool_use":
                asked[line.agent[0], block["id"]] = block["input"].get("subagent_type")
    kinds = {line.agent: "main" for line in lines if not line.agent[1]}
    for line in lines:
        if line.agent[1]:
            kind = asked.get((line.agent[0], line.tool_use_id))
            kinds[line.agent] = kind or kinds.get(line.agent, "sub-agent")
    return kinds


def _run(agent: Agent, said: list[Line], kind: str, project: str) -> Run:
    session_id, agent_id = agent
    workflow_id = f"{project}:{kind}" if agent_id else project
    return Run(
        run_id=_run_id(session_id, agent_id),
        source="claude_code",
        workflow_id=workflow_id,
        genus=workflow_id,
        project=project,
        status="completed",
        created_at=min(line.at for line in said),
        ended_at=max(line.at for line in said),
        input_text=_first_prompt(said),
        parent_run_id=f"claude_code:{session_id}" if agent_id else None,
        depth=1 if agent_id else 0,
        caller_id="",
        origin="cli",
        log=session_id,
    )


def _first_prompt(said: list[Line]) -> str:
    """Return what the user, or for a sub-agent its parent, first wrote."""
    for line in sorted(said, key=lambda line: (line.at, line.uuid)):
        if line.kind != "user" or line.is_meta:
            continue
        content = line.message["content"]
        if isinstance(content, str):
            return content
        if content and content[0]["type"] == "text":
            return content[0]["text"]
    return ""


def _calls(lines: list[Line], kinds: dict[Agent, str], prices: PriceBook):
    """Yield each call with its agent and kind of error: the lines of one message are one call."""
    messages: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind == "assistant":
            message_id = line.message.get("id") or line.request_id or line.uuid
            messages[line.agent[0], message_id].append(line)
    for (session_id, message_id), parts in messages.items():
        agent = max(line.agent for line in parts)
        model = max(line.message["model"] for line in parts)
        called_at = min(line.at for line in parts)
        tokens = _tokens([line.message["usage"] for line in parts])
        cost = None
        if model != SYNTHETIC:
            cost = prices.cost(model, "anthropic", tokens, called_at, cache_in_input=False)
        yield (
            agent,
            "api_error" if any(line.is_api_error for line in parts) else "",
            Call(
                call_id=f"claude_code:{session_id}/{message_id}",
                model=model,
                provider="anthropic",
                called_at=called_at,
                tokens=tokens,
                total_input=tokens.logged_input + tokens.cached,
                cost=None if cost is None else Decimal(cost),
                cost_source="missing" if cost is None else "computed",
                species=(kinds[agent], model),
                is_billable=model != SYNTHETIC,
                copy_ids=_copy_ids(parts),
                copied_from=_run_id(max(line.forked_from for line in parts), agent[1]),
            ),
        )


def _run_id(session_id: str, agent_id: str) -> str:
    """Return the run of an agent of a session; '' without a session."""
    return f"claude_code:{session_id}" + (f"/{agent_id}" if agent_id else "") if session_id else ""


def _copy_ids(parts: list[Line]) -> frozenset[str]:
    """Return what a call is known by in any session: the provider's ids of message and request."""
    return frozenset(
        f"{line.message['id']}/{line.request_id}"
        for line in parts
        if line.request_id and line.message.get("id")
    )


def _tokens(usages: list[dict[str, Any]]) -> Tokens:
    """Return the largest value of each counter: counters only grow while a message streams."""

    def largest(name: str) -> int:
        return max(usage.get(name) or 0 for usage in usages)

    written = largest("cache_creation_input_tokens")
    lifetimes = [usage.get("cache_creation") or {} for usage in usages]
    written_1h = max(split.get("ephemeral_1h_input_tokens") or 0 for split in lifetimes)
    return Tokens(
        logged_input=largest("input_tokens"),
        cache_read=largest("cache_read_input_tokens"),
        cache_write_5m=written - min(written, written_1h),
        cache_write_1h=written_1h,
        output=largest("output_tokens"),
    )
