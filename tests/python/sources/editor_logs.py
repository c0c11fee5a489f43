"""Logs of Copilot, Cline, Roo Code and Kilo Code; as in ``tool_logs``."""

import json
import sqlite3
from pathlib import Path

from sources.tool_logs import MINUTE, START_MS, iso, write

__all__ = ["WRITERS"]


def _copilot(folder: Path) -> list:
    def event(kind, number, **data):
        return {"type": kind, "id": f"e{number}", "timestamp": iso(number), "data": data}

    def sums(requests, sent, read, answered):
        usage = {"inputTokens": sent, "cacheReadTokens": read, "outputTokens": answered}
        return {"gpt-5.5": {"requests": {"count": requests, "cost": 1}, "usage": usage}}

    def answer(number, tokens):
        logged = {"messageId": f"m{number}", "model": "gpt-5.5", "outputTokens": tokens}
        return event("assistant.message", number, **logged)

    asked = {"toolCallId": "c1", "toolName": "bash", "arguments": {"command": "ls"}}
    answered = {"toolCallId": "c1", "success": False, "result": {"content": "no"}}
    start = event("session.start", 0, sessionId="cop-1", context={"cwd": "/src/shop"})
    write(
        folder / "copilot/session-state/cop-1/events.jsonl",
        start,
        answer(1, 30),
        event("tool.execution_start", 1, **asked),
        event("tool.execution_complete", 2, **answered),
        answer(2, 20),
        event("session.shutdown", 3, modelMetrics=sums(2, 9000, 5000, 50)),
        event("session.resume", 4, sessionId="cop-1"),
        answer(5, 25),
        # The sums of a session that was resumed begin with those before.
        event("session.shutdown", 6, modelMetrics=sums(3, 12_000, 7000, 75)),
        # After this it crashed: what was sent is unknown.
        answer(7, 5),
    )
    store = folder / "copilot-with-store"
    state = store / "session-state/cop-2/events.jsonl"
    write(
        state,
        event("session.start", 0, sessionId="cop-2"),
        answer(1, 30),
        event("tool.execution_start", 1, **asked),
        event("tool.execution_complete", 2, **answered),
    )
    with sqlite3.connect(store / "session-store.db") as database:
        database.executescript(
            "create table sessions (id text, cwd text, repository text, created_at text);"
            "create table assistant_usage_events (id integer primary key, session_id text, "
            "model text, input_tokens integer, output_tokens integer, cache_read_tokens integer, "
            "cache_write_tokens integer, reasoning_tokens integer, created_at text);"
            "insert into sessions values ('cop-2', '/src/shop', 'acme/shop', '2026-05-28');"
            "insert into assistant_usage_events values "
            "(1, 'cop-2', 'claude-sonnet-4.5', 4000, 30, 3000, 500, 0, '2026-05-28 21:01:00');"
        )
    return [
        *_copilot_spans(store),
        ("gpt-5.5", 9000, 5000, 50, None),
        ("gpt-5.5", 3000, 2000, 25, None),
        ("gpt-5.5", None, None, 5, None),
        ("claude-sonnet-4.5", 4000, 3000, 30, None),
    ]


def _copilot_spans(store: Path) -> list:
    """Write telemetry of sessions that only spans tell, that events and that the store tells."""

    def attributes(session, name, response, sent, **more):
        usage = {"gen_ai.usage.input_tokens": sent, "gen_ai.usage.output_tokens": 60}
        usage["gen_ai.usage.cache_read.input_tokens"] = 1000
        known = {"gen_ai.conversation.id": session, "gen_ai.response.id": response}
        return known | usage | {"gen_ai.operation.name": name} | more

    def span(session, number, name="chat", response="", sent=5000):
        moment = START_MS // 1000 + number
        model = {"gen_ai.response.model": "gpt-5.5"}
        return {
            "type": "span",
            "traceId": f"trace-{session}",
            "spanId": f"span-{number}",
            "name": f"{name} gpt-5.5",
            "startTime": [moment, 250_000_000],
            "endTime": [moment + 1, 0],
            "attributes": attributes(session, name, response, sent, **model),
        }

    def event(session, number, kind, response, sent=4000):
        moment = [START_MS // 1000 + number, 0]
        named = {"event.name": kind, "gen_ai.request.model": "gpt-5.5"}
        logged = attributes(session, "chat", response, sent, **named)
        return {"hrTime": moment, "_body": "GenAI inference: gpt-5.5", "attributes": logged}

    inference = "gen_ai.client.inference.operation.details"
    write(
        store / "otel/copilot.jsonl",
        # An agent's span sums its requests up, and events repeat them.
        span("cop-4", 1, "invoke_agent", sent=10_000),
        span("cop-4", 2, response="r-2"),
        span("cop-4", 3, response="r-3"),
        event("cop-4", 3, inference, "r-3"),
        event("cop-5", 4, inference, "r-4"),
        event("cop-5", 5, "copilot_chat.agent.turn", "r-4"),
        span("cop-2", 6, response="r-6"),
    )
    # The same session as events: the spans tell more of it.
    answer = {"messageId": "m", "model": "gpt-5.5", "outputTokens": 60}
    write(
        store / "session-state/cop-4/events.jsonl",
        {"type": "session.start", "id": "a", "timestamp": iso(0), "data": {"sessionId": "cop-4"}},
        {"type": "assistant.message", "id": "b", "timestamp": iso(1), "data": answer},
    )
    # A session from before there was a store.
    write(
        store / "session-state/cop-0/events.jsonl",
        {"type": "session.start", "id": "c", "timestamp": iso(0), "data": {"sessionId": "cop-0"}},
        {"type": "assistant.message", "id": "d", "timestamp": iso(1), "data": answer},
    )
    one = ("gpt-5.5", 5000, 1000, 60, None)
    return [one, one, ("gpt-5.5", 4000, 1000, 60, None), ("gpt-5.5", None, None, 60, None)]


def _cline(folder: Path) -> list:
    def request(minute, logged, **more):
        moment = START_MS + minute * MINUTE
        text = json.dumps({"request": "do", **logged})
        return {"ts": int(moment), "type": "say", "say": "api_req_started", "text": text, **more}

    counts = {"tokensIn": 100, "tokensOut": 40, "cacheWrites": 50, "cacheReads": 900}
    tasks = folder / "Code/User/globalStorage/saoudrizwan.claude-dev/tasks/1780000000000"
    write(
        tasks / "ui_messages.json",
        [
            {"ts": START_MS, "type": "say", "say": "text", "text": "do"},
            {"ts": START_MS + 9, "type": "ask", "ask": "tool", "text": '{"tool": "readFile"}'},
            request(1, counts | {"cost": 0.01}),
            request(2, {"cancelReason": "user_cancelled"}),
            request(3, counts),
            request(3.2, {"tokensIn": 10, "tokensOut": "many", "cacheReads": -5, "cost": 0.04}),
            {"ts": START_MS + 4 * MINUTE, "type": "ask", "ask": "completion_result", "text": ""},
        ],
        is_lines=False,
    )
    logged = "<model>claude-sonnet-4-5</model> Current Workspace Directory (/src/shop) Files"
    history = [{"role": "user", "content": [{"type": "text", "text": logged}]}]
    write(tasks / "api_conversation_history.json", history, is_lines=False)
    # The same task in another editor, which it went on from an earlier state: the newest counts.
    older = folder / "Code - Insiders" / tasks.relative_to(folder / "Code")
    undone = counts | {"tokensOut": 41, "cost": 0.02}
    messages = [request(1, counts | {"cost": 0.01}), request(2, undone), request(3, undone)]
    write(older / "ui_messages.json", [*messages, request(3.5, undone)], is_lines=False)
    roo = folder / "Code/User/globalStorage/rooveterinaryinc.roo-cline/tasks/r1/ui_messages.json"
    logged = counts | {"tokensIn": 1000, "cacheWrites": 0, "apiProtocol": "openai"}
    write(roo, [request(1, logged, modelInfo={"modelId": "gpt-4o"})], is_lines=False)
    write(
        folder / "cline/data/sessions/c1/c1.messages.json",
        {
            "version": 1,
            "updated_at": iso(9),
            "agent": "main",
            "sessionId": "c1",
            "messages": [
                {"id": "u", "role": "user", "content": []},
                {
                    "id": "a",
                    "role": "assistant",
                    "ts": START_MS,
                    "modelInfo": {"id": "claude-sonnet-4-5", "provider": "anthropic"},
                    "metrics": {
                        "inputTokens": 100,
                        "outputTokens": 40,
                        "cacheReadTokens": 900,
                        "cacheWriteTokens": 50,
                        "cost": 0.03,
                    },
                },
            ],
        },
        is_lines=False,
    )
    sonnet = "claude-sonnet-4-5"
    return [
        (sonnet, 1050, 900, 40, "0.01"),
        (sonnet, 1050, 900, 40, None),
        # What cannot be read is unknown.
        (sonnet, 10, 0, None, "0.04"),
        ("gpt-4o", 1000, 900, 40, None),
        (sonnet, 1050, 900, 40, "0.03"),
    ]


def _cursor(folder: Path) -> list:
    names = '"Date","Kind","Model","Max Mode","Input (w/ Cache Write)",'
    names += '"Input (w/o Cache Write)","Cache Read","Output Tokens","Total Tokens","Cost"'
    counts = '"50","100","900","40","1090"'
    path = folder / "cursor/usage-events.csv"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"{names}\n"
        f'"{iso(1)}","On-Demand","claude-4.5-sonnet","No",{counts},"$0.04"\n'
        f'"{iso(2)}","Included","claude-4.5-sonnet","Yes",{counts},"Included"\n'
        f'"{iso(3)}","Errored, No Charge","gpt-5.5","No","0","0","0","0","0","-"\n'
    )
    return [
        ("claude-4.5-sonnet", 1050, 900, 40, "0.04"),
        ("claude-4.5-sonnet", 1050, 900, 40, "0"),
        ("gpt-5.5", 0, 0, 0, None),
    ]


WRITERS = {"copilot": _copilot, "cline": _cline, "cursor": _cursor}
