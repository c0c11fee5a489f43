"""Traces of the policy search, as the OpenTelemetry collector's file exporter writes them."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.gateway import Gateway
from orchestration.demo.company.gateway_rows import Request
from orchestration.demo.company.people import EMPLOYEES, KEYS
from orchestration.demo.company.prices import PROVIDERS, Tokens
from orchestration.demo.company.writing import File, Setting, json_lines, new_uuid, office_ms

__all__ = ["write_otel"]

_TRACES = 60
_MODEL = "claude-sonnet-4-5-20250929"


def write_otel(setting: Setting, gateway: Gateway, folder: Path) -> list[File]:
    """Write traces of an agent that calls its model through the gateway.

    Parameters
    ----------
    setting : Setting
        What all sources start from.
    gateway : Gateway
        Logs the same calls.
    folder : Path
        Where to.

    Returns
    -------
    list of File
        The file.
    """
    dice = setting.dice("otel")
    documents = []
    for _ in range(setting.count(_TRACES, 6)):
        day = dice.randrange(setting.window.days)
        documents.append(
            _trace(setting, gateway, dice, setting.window.day_start_ms(day) + office_ms(dice))
        )
    return [json_lines(folder / "search_traces.jsonl.gz", documents)]


def _trace(setting: Setting, gateway: Gateway, dice: Random, started_ms: int) -> dict[str, Any]:
    trace, root = f"{dice.getrandbits(128):032x}", f"{dice.getrandbits(64):016x}"
    user = dice.choice([one.user_id for one in EMPLOYEES if one.team == "platform"])
    spans, moment = [], started_ms + 20
    for _ in range(dice.randint(1, 3)):
        tokens = Tokens(dice.randint(800, 6000), output=dice.randint(60, 700))
        duration = dice.randint(1200, 7000)
        request = Request(
            request_id=f"chatcmpl-{new_uuid(dice)}",
            origin="otel",
            started_ms=moment,
            duration_ms=duration,
            model=_MODEL,
            tokens=tokens,
            key=KEYS["search-api"],
            session_id=trace,
            user_id=user,
            tags=("search",),
        )
        cost = gateway.log(request)
        setting.truth.of("otel").add(trace, tokens.input, tokens.output, cost)
        attributes: dict[str, str | int] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": PROVIDERS[_MODEL],
            "gen_ai.request.model": _MODEL,
            "gen_ai.response.id": request.request_id,
            "gen_ai.usage.input_tokens": tokens.input,
            "gen_ai.usage.output_tokens": tokens.output,
        }
        span = f"{dice.getrandbits(64):016x}"
        spans.append(
            _span(
                trace,
                span,
                f"chat {_MODEL}",
                when=(moment, duration),
                attributes=attributes,
                parent=root,
            )
        )
        moment += duration + 15
    agent = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "policy-search",
        "gen_ai.provider.name": PROVIDERS[_MODEL],
        "user.id": user,
    }
    whole = started_ms, moment - started_ms
    around = _span(trace, root, "invoke_agent policy-search", when=whole, attributes=agent)
    return _document([around, *spans])


def _span(
    trace: str,
    span: str,
    name: str,
    *,
    when: tuple[int, int],
    attributes: Mapping[str, str | int],
    parent: str = "",
) -> dict[str, Any]:
    started_ms, duration = when
    return {
        "traceId": trace,
        "spanId": span,
        "parentSpanId": parent,
        "name": name,
        "kind": 3 if parent else 1,
        "startTimeUnixNano": str(started_ms * 1_000_000),
        "endTimeUnixNano": str((started_ms + duration) * 1_000_000),
        "attributes": _attributes(attributes),
        "status": {},
    }


def _document(spans: list[dict[str, Any]]) -> dict[str, Any]:
    resource = {"service.name": "search-api", "deployment.environment.name": "production"}
    scope = {"name": "opentelemetry.instrumentation.anthropic", "version": "0.47.1"}
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes(resource)},
                "scopeSpans": [{"scope": scope, "spans": spans}],
            }
        ]
    }


def _attributes(values: Mapping[str, str | int]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value},
        }
        for key, value in values.items()
    ]
