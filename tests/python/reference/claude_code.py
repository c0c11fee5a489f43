"""Runs and calls of Claude Code transcripts: a run per session and per sub-agent."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reference.claude_answers import REPEATS_OTHERS, Agent, Answer, Line, answers_of, tokens_of
from reference.copies import without_copies
from reference.prices import PriceBook
from reference.runs import Call, Run, instant, records

SYNTHETIC = "<synthetic>"
OF_SUBAGENT = re.compile(r"/([^/]+)/subagents/")
DESCRIPTION = re.compile(r"/agent-([^/]+)\.meta\.json$")
NESTED = re.compile(r"/agent-([^/]+)/subagents/(?:[^/]+/)*agent-[^/]+$")


def read_claude_code(folder: Path, prices: PriceBook) -> list[Run]:
    """Read the runs of a folder of transcripts."""
    lines = list({_line_key(line): line for line in _lines(folder)}.values())
    agents: dict[Agent, list[Line]] = defaultdict(list)
    for line in lines:
        agents[line.agent].append(line)
    starts = _starts_of_agents(lines)
    kinds = _kinds_of_agents(folder, lines, starts)
    directories: dict[str, tuple[bool, datetime, str]] = {}
    for (session_id, agent_id), said in agents.items():
        first = min(said, key=lambda line: (line.forked_from != "", line.at, line.uuid))
        start = (agent_id != "", first.at, first.directory)
        directories[session_id] = min(start, directories.get(session_id, start))
    runs = {}
    for agent, said in agents.items():
        project = re.split(r"[/\\]", directories[agent[0]][2])[-1]
        starter = starts[agent].agent[1] if agent in starts else max(line.starter for line in said)
        runs[agent] = _run(agent, said, kinds[agent], project, starter)
    sessions: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        sessions[line.agent[0]].append(line)
    errors = set()
    for said in sessions.values():
        for answer in answers_of(said):
            for call in _calls(answer, kinds[answer.agent], prices):
                runs[answer.agent].calls.append(call)
                if any(line.is_api_error for line in answer.lines):
                    errors.add(call.call_id)
    kept = without_copies(runs.values())
    for run in kept:
        run.error_count = sum(call.call_id in errors for call in run.calls)
    return kept


def _lines(folder: Path) -> Iterator[Line]:
    """Yield the messages, those nested in progress lines included."""
    for place, (path, record) in enumerate(records(folder)):
        session_id = record.get("sessionId")
        if not session_id:
            continue
        body, agent_id = record, record.get("agentId") or ""
        data = record.get("data") or {}
        if record["type"] == "progress" and data.get("type") == "agent_progress":
            body, agent_id = data["message"], data["agentId"]
        elif not agent_id and record.get("isSidechain"):
            agent_id = "sidechain"
        result = record.get("toolUseResult")
        result = result if isinstance(result, dict) else {}
        nested = NESTED.search(path.as_posix())
        if body["type"] in ("assistant", "user") and body.get("timestamp"):
            yield Line(
                agent=(session_id, agent_id),
                kind=body["type"],
                uuid=body.get("uuid", path.name),
                request_id=body.get("requestId", ""),
                message=body["message"],
                at=instant(body["timestamp"]),
                place=place,
                directory=record.get("cwd", ""),
                tool_use_id=record.get("parentToolUseID", "") if agent_id else "",
                forked_from=(record.get("forkedFrom") or {}).get("sessionId", ""),
                started=(result.get("agentId") or "", result.get("agentType") or ""),
                starter=nested[1] if nested else "",
                is_meta=bool(record.get("isMeta")),
                is_api_error=bool(record.get("isApiErrorMessage")),
                cost=record.get("costUSD"),
            )


def _line_key(line: Line) -> tuple:
    """Return what a line saved again has in common with its first copy."""
    usage = line.message.get("usage") or {}
    return (line.agent, line.uuid, line.at, str(usage), line.directory, line.tool_use_id)


def _tool_blocks(line: Line, kind: str) -> list[dict[str, Any]]:
    content = line.message.get("content")
    blocks = content if isinstance(content, list) else ()
    return [block for block in blocks if block["type"] == kind]


def _starts_of_agents(lines: list[Line]) -> dict[Agent, Line]:
    """Return the line of the tool call that started each sub-agent, where one is known."""
    asked = {
        (line.agent[0], block["id"]): line
        for line in lines
        for block in _tool_blocks(line, "tool_use")
        if not REPEATS_OTHERS.match(line.agent[1])
    }
    starts = {}
    for line in lines:
        for block in _tool_blocks(line, "tool_result") if line.started[0] else ():
            start = asked.get((line.agent[0], block["tool_use_id"]))
            if start:
                starts[line.agent[0], line.started[0]] = start
    for line in lines:
        if line.tool_use_id and (line.agent[0], line.tool_use_id) in asked:
            starts[line.agent] = asked[line.agent[0], line.tool_use_id]
    return starts


def _kinds_of_agents(
    folder: Path, lines: list[Line], starts: dict[Agent, Line]
) -> dict[Agent, str]:
    """Return the type of every agent: described next to its file, or asked for by a tool call."""
    kinds = dict(_described(folder))
    for line in lines:
        kind = "" if line.agent[1] else "main"
        if line.agent in starts:
            kind = next(
                (
                    block["input"].get("subagent_type") or ""
                    for block in _tool_blocks(starts[line.agent], "tool_use")
                    if block["input"].get("subagent_type")
                ),
                "",
            )
        elif name := re.match(r"[a-z_]+", line.agent[1]) if line.agent[1] else None:
            kind = name[0] if REPEATS_OTHERS.match(line.agent[1]) else ""
        kinds.setdefault(line.agent, kind or "sub-agent")
    return kinds


def _described(folder: Path) -> Iterator[tuple[Agent, str]]:
    for path, record in records(folder, "*.json*"):
        session = OF_SUBAGENT.search(path.as_posix())
        description = DESCRIPTION.search(path.as_posix())
        if session and description:
            yield (session[1], description[1]), record["agentType"]
        elif session and path.name == "journal.jsonl" and record.get("label"):
            yield (session[1], record["agentId"]), record["label"].partition(":")[0]


def _run(agent: Agent, said: list[Line], kind: str, project: str, starter: str) -> Run:
    session_id, agent_id = agent
    workflow_id = f"{project}:{kind}" if agent_id else project
    own = [line for line in said if not line.forked_from] or said
    return Run(
        run_id=_run_id(session_id, agent_id),
        source="claude_code",
        workflow_id=workflow_id,
        genus=workflow_id,
        project=project,
        status="completed",
        created_at=min(line.at for line in own),
        ended_at=max(line.at for line in said),
        input_text=_first_prompt(own),
        parent_run_id=_run_id(session_id, starter) if agent_id else None,
        depth=1 + bool(starter) if agent_id else 0,
        caller_id="",
        origin="cli",
        log=session_id,
    )


def _first_prompt(said: list[Line]) -> str:
    """Return what the user, or for a sub-agent its parent, first wrote."""
    for line in sorted(said, key=lambda line: (line.at, line.uuid)):
        if line.is_prompt:
            content = line.message["content"]
            return content if isinstance(content, str) else content[0]["text"]
    return ""


def _calls(answer: Answer, kind: str, prices: PriceBook) -> Iterator[Call]:
    """Yield the call of an answer, and those to models that advised on it."""
    session_id, agent_id = answer.agent
    origins = {_run_id(line.forked_from, agent_id) for line in answer.lines if line.forked_from}
    if answer.owner != agent_id:
        origins.add(_run_id(session_id, answer.owner))
    model = max(line.message["model"] for line in answer.lines)
    reported = max((line.cost for line in answer.lines if line.cost is not None), default=None)
    parts = [("", model, answer.usages)]
    for number, advice in enumerate(answer.advices(), start=1):
        parts.append((f"/advice-{number}", advice["model"], [advice]))
    for suffix, asked, usages in parts:
        tokens = tokens_of(usages)
        cost = reported if not suffix else None
        is_reported = cost is not None
        if cost is None and asked != SYNTHETIC:
            cost = prices.cost(asked, "anthropic", tokens, answer.called_at, cache_in_input=False)
        yield Call(
            call_id=f"claude_code:{session_id}/{answer.answer_id}{suffix}",
            model=asked,
            provider="anthropic",
            called_at=answer.called_at,
            tokens=tokens,
            total_input=tokens.logged_input + tokens.cached,
            cost=None if cost is None else Decimal(cost),
            cost_source="reported" if is_reported else "missing" if cost is None else "computed",
            species=(kind, asked),
            is_billable=asked != SYNTHETIC,
            copy_ids=frozenset(shared + suffix for shared in answer.shared_ids),
            copied_from=frozenset(origins),
        )


def _run_id(session_id: str, agent_id: str) -> str:
    return f"claude_code:{session_id}/{agent_id}" if agent_id else f"claude_code:{session_id}"
