"""A request through the gateway, and the rows of LiteLLM's tables that it leaves."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from orchestration.demo.company.people import KEYS, ORGANIZATION, Key
from orchestration.demo.company.prices import PROVIDERS, Tokens, cost_of
from orchestration.demo.events import iso

__all__ = ["Request", "daily_rows", "spend_row"]


@dataclass(frozen=True)
class Request:
    """A request through the gateway.

    Attributes
    ----------
    request_id : str
        The id of the answer; the application that asked logs the same.
    origin : str
        The source that logs the call too; empty for none.
    started_ms, duration_ms : int
        When, and how long.
    model : str
        What was called.
    tokens : Tokens
        What it used; cache reads are a part of OpenAI's input.
    key : Key
        Who pays.
    session_id : str
        What the requests of one task have in common.
    user_id, end_user : str
        The employee, or the customer.
    tags : tuple of str
        As the caller gave them.
    error : str
        Class of the error; empty for none.
    """

    request_id: str
    origin: str
    started_ms: int
    duration_ms: int
    model: str
    tokens: Tokens
    key: Key
    session_id: str
    user_id: str = ""
    end_user: str = ""
    tags: tuple[str, ...] = ()
    error: str = ""

    @property
    def cost_usd(self) -> Decimal:
        """Return what it is billed: the list price, nothing for a failure."""
        return Decimal(0) if self.error else cost_of(self.model, self.tokens)


def spend_row(request: Request) -> dict[str, Any]:
    """Return a row of LiteLLM_SpendLogs."""
    key, tokens = request.key, Tokens() if request.error else request.tokens
    ended_ms = request.started_ms + request.duration_ms
    metadata: dict[str, Any] = {
        "status": "failure" if request.error else None,
        "user_api_key_alias": key.alias,
        "user_api_key_team_id": key.team_id,
        "user_api_key_team_alias": key.team,
        "user_api_key_org_id": ORGANIZATION,
        "user_api_key_project_id": key.project,
        "user_api_key_project_alias": key.project,
        "usage_object": {"prompt_tokens_details": {"cached_tokens": tokens.cache_read}},
    }
    if request.error:
        metadata["error_information"] = {"error_code": "429", "error_class": request.error}
    return {
        "request_id": request.request_id,
        "call_type": "acompletion",
        "api_key": key.hash,
        "spend": float(request.cost_usd),
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "startTime": _postgres(request.started_ms),
        "endTime": _postgres(ended_ms),
        "completionStartTime": _postgres(request.started_ms + request.duration_ms // 3),
        "request_duration_ms": request.duration_ms,
        "model": request.model,
        "model_group": request.model,
        "custom_llm_provider": PROVIDERS[request.model],
        "user": request.user_id,
        "metadata": json.dumps(metadata),
        "cache_hit": "False",
        "request_tags": json.dumps(request.tags),
        "team_id": key.team_id,
        "organization_id": ORGANIZATION,
        "end_user": request.end_user,
        "messages": "{}",
        "response": "{}",
        "session_id": request.session_id,
        "status": "failure" if request.error else "success",
    }


def daily_rows(requests: Sequence[Request]) -> list[dict[str, Any]]:
    """Return rows of LiteLLM_DailyTeamSpend: one per day, key and model."""
    days: dict[tuple[str, str, str], list[Request]] = defaultdict(list)
    for request in requests:
        days[iso(request.started_ms)[:10], request.key.alias, request.model].append(request)
    rows = []
    for (day, alias, model), found in sorted(days.items()):
        key = KEYS[alias]
        used = [replace(one, tokens=Tokens()) if one.error else one for one in found]
        rows.append(
            {
                "id": f"{day}/{alias}/{model}",
                "team_id": key.team_id,
                "date": day,
                "api_key": key.hash,
                "model": model,
                "model_group": model,
                "custom_llm_provider": PROVIDERS[model],
                "endpoint": "/chat/completions",
                "prompt_tokens": sum(one.tokens.input for one in used),
                "completion_tokens": sum(one.tokens.output for one in used),
                "cache_read_input_tokens": sum(one.tokens.cache_read for one in used),
                "cache_creation_input_tokens": 0,
                "api_requests": len(found),
                "successful_requests": sum(not one.error for one in found),
                "failed_requests": sum(bool(one.error) for one in found),
                "spend": float(sum((one.cost_usd for one in found), Decimal(0))),
                "created_at": f"{day}T23:59:00Z",
                "updated_at": f"{day}T23:59:59Z",
            }
        )
    return rows


def _postgres(moment_ms: int) -> str:
    """Return a moment as PostgreSQL prints a timestamp without a time zone."""
    return iso(moment_ms).replace("T", " ").rstrip("Z")
