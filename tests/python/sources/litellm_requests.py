"""Requests through the real `litellm` package, and what its proxy would log of them.

The providers' answers are served from memory: `litellm` sends real requests, parses real answers,
prices them with its own price map and tells its loggers; nothing leaves the process.
"""

import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

__all__ = ["Expected", "Logged", "call_everything", "spend_row"]

# The map that the package brings; without it, importing asks the network for a newer one.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

_KEY_HASH = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"
_DEADLINE_SECONDS = 20


@dataclass
class Expected:
    """What the providers' answers add up to, counted from the answers themselves."""

    requests: int = 0
    failures: int = 0
    cache_hits: int = 0
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass
class Logged:
    """The arguments of a `litellm` logger: (kwargs, response, start, end)."""

    events: list[tuple[dict, Any, datetime, datetime]] = field(default_factory=list)


def call_everything() -> tuple[Logged, Expected]:
    """Call a chat, a cached prompt of each kind, an embedding, a failure and a cached answer.

    Returns
    -------
    tuple of Logged and Expected
        Arguments of the logger, and the totals of the answers.
    """
    import httpx
    import litellm
    import openai
    from litellm.integrations.custom_logger import CustomLogger
    from litellm.llms.custom_httpx.http_handler import HTTPHandler

    logged, expected = Logged(), Expected()

    class Recorder(CustomLogger):
        def log_success_event(self, kwargs, response_obj, start_time, end_time):
            logged.events.append((dict(kwargs), response_obj, start_time, end_time))

        def log_failure_event(self, kwargs, response_obj, start_time, end_time):
            logged.events.append((dict(kwargs), response_obj, start_time, end_time))

    def served(answer: dict, status: int = 200) -> httpx.Client:
        answers = httpx.MockTransport(lambda request: httpx.Response(status, json=answer))
        return httpx.Client(transport=answers)

    def openai_client(answer: dict, status: int = 200) -> openai.OpenAI:
        return openai.OpenAI(
            api_key="none",
            base_url="http://openai.invalid/v1",
            http_client=served(answer, status),
            max_retries=0,
        )

    recorder = Recorder()
    before = litellm.callbacks, litellm.suppress_debug_info
    litellm.callbacks, litellm.suppress_debug_info = [recorder], True
    try:
        for number in range(7):
            usage = _openai_usage(number)
            litellm.completion(
                model="gpt-4o",
                messages=[{"role": "user", "content": f"question {number}"}],
                client=openai_client(_openai_answer(f"chatcmpl-{number}", "gpt-4o", usage)),
                metadata=_metadata(tags=["search", "beta", "beta"]),
                litellm_trace_id=f"session-{number // 3}",
            )
            _count_openai(expected, usage)
        for number in range(4):
            usage = _anthropic_usage(number)
            litellm.completion(
                model="anthropic/claude-sonnet-4-5-20250929",
                api_key="none",
                messages=[{"role": "user", "content": f"long question {number}"}],
                client=HTTPHandler(client=served(_anthropic_answer(f"msg_{number}", usage))),
                metadata=_metadata(tags=["agents"]),
                litellm_trace_id="session-1",
            )
            _count_anthropic(expected, usage)
        litellm.embedding(
            model="text-embedding-3-small",
            input=["to be found"],
            client=openai_client(_EMBEDDING),
            metadata=_metadata(tags=[]),
        )
        expected.requests += 1
        expected.input_tokens += 80
        try:
            litellm.completion(
                model="gpt-4o",
                messages=[{"role": "user", "content": "too much"}],
                client=openai_client({"error": {"message": "slow down", "code": "429"}}, 429),
                metadata=_metadata(tags=["search"]),
            )
        except litellm.RateLimitError:
            expected.requests += 1
            expected.failures += 1
        _wait_for(logged, expected.requests)
    finally:
        litellm.callbacks, litellm.suppress_debug_info = before
        # Left in the package's own lists, it would get a later call's events in place of
        # that call's recorder.
        litellm.logging_callback_manager.remove_callback_from_all_lists(recorder)
    _answer_again_from_the_cache(logged, expected)
    return logged, expected


def spend_row(kwargs: dict, response: Any, start: datetime, end: datetime) -> dict[str, Any]:
    """Return the row of LiteLLM_SpendLogs for an event of a logger.

    As `litellm.proxy.spend_tracking.spend_tracking_utils.get_logging_payload`, which only imports
    with the extras of the proxy; where they are there, a test compares the two.

    Parameters
    ----------
    kwargs, response, start, end
        Arguments of the logger.

    Returns
    -------
    dict of str to any
        Columns of the table; JSON columns as their text.
    """
    payload = kwargs["standard_logging_object"]
    logged = payload["metadata"]
    given = kwargs["litellm_params"]["metadata"]
    usage = _usage(response)
    more = {k: v for k, v in usage.items() if k not in _COUNTERS}
    details = more.get("prompt_tokens_details") or {}
    if details.get("cached_tokens"):
        more.setdefault("cache_read_input_tokens", details["cached_tokens"])
    failed = payload["status"] == "failure"
    metadata = {
        **{f"user_api_key_{name}": logged.get(f"user_api_key_{name}") for name in _KEY_FIELDS},
        "status": payload["status"] if failed else None,
        "error_information": payload["error_information"] if failed else None,
        "usage_object": logged.get("usage_object"),
        "additional_usage_values": more,
        "cost_breakdown": payload.get("cost_breakdown"),
    }
    is_hit = kwargs.get("cache_hit")
    request_id = (getattr(response, "id", None) or payload["id"]) if response else payload["id"]
    return {
        "request_id": f"{request_id}_cache_hit{time.time()}" if is_hit is True else request_id,
        "call_type": kwargs["call_type"],
        "api_key": given["user_api_key_hash"],
        "spend": kwargs.get("response_cost") or 0,
        "total_tokens": payload["total_tokens"],
        "prompt_tokens": payload["prompt_tokens"],
        "completion_tokens": payload["completion_tokens"],
        "startTime": _utc(start),
        "endTime": _utc(end),
        "completionStartTime": _utc(kwargs.get("completion_start_time") or end),
        "request_duration_ms": int((end - start).total_seconds() * 1000),
        "model": payload["model"],
        "model_id": payload.get("model_id") or "",
        "model_group": payload.get("model_group") or "",
        "custom_llm_provider": payload.get("custom_llm_provider") or "",
        "api_base": payload.get("api_base") or "",
        "user": given["user_api_key_user_id"],
        "metadata": json.dumps(metadata, default=str),
        "cache_hit": str(is_hit),
        "cache_key": "Cache OFF",
        "request_tags": json.dumps(payload["request_tags"]),
        "team_id": given["user_api_key_team_id"],
        "organization_id": given["user_api_key_org_id"],
        "end_user": given["user_api_key_end_user_id"],
        "requester_ip_address": None,
        "messages": "{}",
        "response": "{}",
        "session_id": payload["trace_id"],
        "status": "failure" if failed else "success",
        "mcp_namespaced_tool_name": None,
        "agent_id": None,
        "proxy_server_request": "{}",
    }


_KEY_FIELDS = (
    "alias",
    "team_id",
    "team_alias",
    "org_id",
    "user_id",
    "project_id",
    "project_alias",
)
_COUNTERS = ("prompt_tokens", "completion_tokens", "total_tokens")
_EMBEDDING = {
    "object": "list",
    "model": "text-embedding-3-small",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.25]}],
    "usage": {"prompt_tokens": 80, "total_tokens": 80},
}


def _usage(response: Any) -> dict[str, Any]:
    usage = getattr(response, "usage", None)
    return usage.model_dump() if usage else {}


def _utc(moment: datetime) -> str:
    """Return a moment as PostgreSQL prints a timestamp without a time zone."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "milliseconds")


def _metadata(tags: list[str]) -> dict[str, Any]:
    return {
        "tags": tags,
        "user_api_key": _KEY_HASH,
        "user_api_key_hash": _KEY_HASH,
        "user_api_key_alias": "shop-assistant",
        "user_api_key_user_id": "user-7",
        "user_api_key_team_id": "team-3",
        "user_api_key_org_id": "org-1",
        "user_api_key_project_id": "project-5",
        "user_api_key_end_user_id": "customer-42",
    }


def _openai_usage(number: int) -> dict[str, Any]:
    prompt, completion = 1200 + 10 * number, 300 + number
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 1000 if number % 2 else 0},
        "completion_tokens_details": {"reasoning_tokens": 40 * number},
    }


def _anthropic_usage(number: int) -> dict[str, Any]:
    return {
        "input_tokens": 50 + number,
        "cache_read_input_tokens": 4000,
        "cache_creation_input_tokens": 500,
        "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 300},
        "output_tokens": 120 + number,
    }


def _openai_answer(answer_id: str, model: str, usage: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "an answer"}
    return {
        "id": answer_id,
        "object": "chat.completion",
        "created": 1767225600,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": usage,
    }


def _anthropic_answer(answer_id: str, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": answer_id,
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [{"type": "text", "text": "an answer"}],
        "stop_reason": "end_turn",
        "usage": usage,
    }


def _count_openai(expected: Expected, usage: dict[str, Any]) -> None:
    expected.requests += 1
    expected.input_tokens += usage["prompt_tokens"]
    expected.cache_read_tokens += usage["prompt_tokens_details"]["cached_tokens"]
    expected.output_tokens += usage["completion_tokens"]
    expected.reasoning_tokens += usage["completion_tokens_details"]["reasoning_tokens"]


def _count_anthropic(expected: Expected, usage: dict[str, Any]) -> None:
    """Anthropic counts cached tokens in addition to the input."""
    cached = usage["cache_read_input_tokens"] + usage["cache_creation_input_tokens"]
    expected.requests += 1
    expected.input_tokens += usage["input_tokens"] + cached
    expected.cache_read_tokens += usage["cache_read_input_tokens"]
    expected.cache_write_tokens += usage["cache_creation_input_tokens"]
    expected.cache_write_1h_tokens += usage["cache_creation"]["ephemeral_1h_input_tokens"]
    expected.output_tokens += usage["output_tokens"]


def _answer_again_from_the_cache(logged: Logged, expected: Expected) -> None:
    """Add what is logged when the first question is asked again and the package's cache answers.

    Its lookup imports the proxy's extras, so the event is made here: as one that was seen, the
    answer's usage comes again, the flag is set and the cost is zero.
    """
    kwargs, response, _, end = logged.events[0]
    hit = kwargs | {"cache_hit": True, "response_cost": 0.0}
    logged.events.append((hit, response, end, end))
    _count_openai(expected, response.usage.model_dump())
    expected.cache_hits += 1


def _wait_for(logged: Logged, count: int) -> None:
    """Wait for the package's logging thread."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while len(logged.events) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(logged.events) >= count, f"{len(logged.events)} of {count} events were logged"
