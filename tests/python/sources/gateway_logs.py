"""Logs of gateways and tracers that are translated; as in ``tool_logs``."""

import json
from pathlib import Path

from sources.tool_logs import iso, write

__all__ = ["WRITERS"]

HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"


def _bedrock(folder: Path) -> list:
    def log(number, sent, answered, **more):
        return {
            "schemaType": "ModelInvocationLog",
            "schemaVersion": "1.0",
            "timestamp": iso(number),
            "identity": {"arn": "arn:aws:iam::1:user/x"},
            "region": "us-east-1",
            "requestId": f"5c1d5f64-0000-4000-8000-00000000000{number}",
            "operation": "InvokeModel",
            "modelId": HAIKU,
            "input": {"inputContentType": "application/json", **sent},
            "output": {"outputContentType": "application/json", **answered},
            **more,
        }

    lifetimes = {"ephemeral_5m_input_tokens": 50, "ephemeral_1h_input_tokens": 150}
    start = {
        "type": "message_start",
        "message": {
            "id": "msg_bdrk_1",
            "model": "claude-haiku-4-5-20251001",
            "usage": {
                "input_tokens": 100,
                "cache_read_input_tokens": 900,
                "cache_creation_input_tokens": 200,
                "cache_creation": lifetimes,
                "output_tokens": 1,
            },
        },
    }
    end = {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn"},
        "usage": {"output_tokens": 40},
    }
    metrics = {
        "amazon-bedrock-invocationMetrics": {"invocationLatency": 1500, "inputTokenCount": 100}
    }
    counts = {"cacheReadInputTokenCount": 900, "cacheWriteInputTokenCount": 200}
    profile = "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc"
    write(
        folder / "bedrock/20260528.json",
        log(1, {"inputTokenCount": 100, **counts}, {"outputTokenCount": 40}),
        # A stream of which the envelope counts nothing, through a profile that names no model.
        log(2, {}, {"outputBodyJson": [start, end, metrics]}, modelId=profile),
        log(3, {}, {}, errorCode="ThrottlingException"),
    )
    # As CloudWatch gives it.
    message = json.dumps(log(4, {"inputTokenCount": 100}, {"outputTokenCount": 20}))
    event = {"timestamp": 1, "message": message, "ingestionTime": 2, "eventId": "e"}
    write(folder / "bedrock/events.json", {"events": [event], "searchedLogStreams": []})
    return [
        (HAIKU, 100, 0, 20, None),
        (HAIKU, 1200, 900, 40, None),
        ("claude-haiku-4-5-20251001", 1200, 900, 40, None),
        (HAIKU, None, None, None, None),
    ]


def _openrouter(folder: Path) -> list:
    names = (
        "generation_id,created_at,cost_total,byok_usage_inference,tokens_prompt,"
        "tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,"
        "cancelled,finish_reason_normalized,generation_time_ms,api_key_name,app_name"
    )
    model = "anthropic/claude-4.5-sonnet-20250929"
    end = f"{model},Anthropic,standard,false,stop,4000,key,app"
    free = "acme/model-1,Acme,free,false,stop,4000,key,app"
    rows = [
        f"gen-1,2026-05-28 21:00:00.000,0.0069,0,2000,300,0,800,{end}",
        # With a key of one's own the credits are the fee alone.
        f"gen-2,2026-05-28 21:01:00.000,0.0003,0.006,2000,300,0,800,{end}",
        f"gen-3,2026-05-28 21:02:00.000,0,0,2000,300,0,0,{free}",
    ]
    path = folder / "openrouter/activity.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join([names, *rows]) + "\n")
    generation = {
        "id": "gen-4",
        "created_at": iso(4),
        "model": "openai/gpt-4o",
        "total_cost": 0.0011,
        "is_byok": False,
        "tokens_prompt": 90,
        "native_tokens_prompt": 100,
        "native_tokens_completion": 80,
        "native_tokens_cached": 0,
    }
    write(folder / "openrouter/generation.json", {"data": generation}, is_lines=False)
    return [
        (model, 2000, 800, 300, "0.0069"),
        (model, 2000, 800, 300, "0.0063"),
        ("acme/model-1:free", 2000, 0, 300, "0"),
        ("openai/gpt-4o", 100, 0, 80, "0.0011"),
    ]


def _langsmith(folder: Path) -> list:
    def run(number, kind, **more):
        logged = {
            "id": f"a1a1a1a1-0000-4000-8000-00000000000{number}",
            "trace_id": "a1a1a1a1-0000-4000-8000-000000000000",
            "parent_run_id": "a1a1a1a1-0000-4000-8000-000000000000" if number else None,
            "name": "answer" if not number else "ChatOpenAI",
            "run_type": kind,
            "start_time": "2026-05-28T21:00:00",
            "end_time": "2026-05-28T21:00:01.5",
            "session_id": "p",
            "extra": {"metadata": {"ls_provider": "openai", "ls_model_name": "gpt-4o"}},
            "outputs": {},
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "total_cost": 0.0035,
            "tags": ["a"],
        }
        return logged | more

    anthropic = {"metadata": {"ls_provider": "anthropic", "ls_model_name": "claude-sonnet-4-5"}}
    details = {"cache_read": 5000, "ephemeral_1hr_input_tokens": 100}
    page = [
        run(1, "llm"),
        # The prompt without what is cached; a wrapper's cost below zero is none.
        run(
            2,
            "llm",
            prompt_tokens=10,
            prompt_token_details=details,
            total_cost="-0.01",
            extra=anthropic,
        ),
        run(0, "chain", prompt_tokens=1010, completion_tokens=200),
        run(3, "tool", name="search", inputs={"q": "x"}, error="no"),
    ]
    write(folder / "langsmith/runs.json", {"data": page}, is_lines=False)
    # A page of the API. A library's run around another's repeats what that used; the order of a
    # run names all that it lies in, on whatever page they are.
    usage = {"prompt_tokens": 900, "prompt_tokens_details": {"cached_tokens": 300}}
    answer = {"llm_output": {"token_usage": usage | {"completion_tokens": 70}}}
    order = ".".join(f"20260528T21000000000{n}Z{run(n, 'llm')['id']}" for n in (0, 4, 5, 6))
    unknown = {"prompt_tokens": None, "completion_tokens": None, "total_cost": None}
    inner = run(6, "llm", outputs=answer, dotted_order=order, **unknown)
    outer = run(4, "llm", prompt_tokens=900, completion_tokens=70, total_cost=None)
    write(folder / "langsmith/page_1.json", {"runs": [inner], "cursors": {"next": "x"}})
    write(folder / "langsmith/page_2.json", {"runs": [outer], "cursors": {"next": None}})
    return [
        ("gpt-4o", 900, 300, 70, None),
        ("gpt-4o", 1000, 0, 100, "0.0035"),
        ("claude-sonnet-4-5", 5110, 5000, 100, None),
    ]


def _helicone(folder: Path) -> list:
    def request(number, **more):
        logged = {
            "request_id": f"0f3f0000-0000-4000-8000-00000000000{number}",
            "request_created_at": f"2026-05-28 21:0{number}:00.000",
            "response_id": f"r{number}",
            "response_status": 200,
            "request_model": "gpt-4o",
            "model": "gpt-4o-2024-08-06",
            "provider": "OPENAI",
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "prompt_cache_read_tokens": 0,
            "delay_ms": 900,
            "costUSD": 0.0035,
            "request_properties": {"Helicone-Session-Id": "s1", "Helicone-Session-Name": "shop"},
            "cache_reference_id": "00000000-0000-0000-0000-000000000000",
        }
        return logged | more

    claude = {"model": "claude-sonnet-4-5-20250929", "provider": "ANTHROPIC"}
    write(
        folder / "helicone/export.jsonl",
        request(1),
        request(2, cache_reference_id="0f3f0000-0000-4000-8000-000000000001", costUSD=0),
        request(
            3, **claude, prompt_tokens=10, prompt_cache_read_tokens=5000, costUSD=None, cost=3030000
        ),
        request(4, response_status=429, prompt_tokens=None, completion_tokens=None, costUSD=None),
    )
    gpt = "gpt-4o-2024-08-06"
    return [
        (gpt, 1000, 0, 100, "0.0035"),
        (gpt, 1000, 0, 100, "0"),
        (claude["model"], 5010, 5000, 100, "0.00303"),
        (gpt, None, None, None, None),
    ]


WRITERS = {
    "bedrock": _bedrock,
    "openrouter": _openrouter,
    "langsmith": _langsmith,
    "helicone": _helicone,
}
