"""The claims assistant, traced with Langfuse: traces, observations and scores."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.people import EMPLOYEES
from orchestration.demo.company.prices import Tokens, cost_of, list_price
from orchestration.demo.company.writing import File, Setting, json_lines, office_ms
from orchestration.demo.events import iso

__all__ = ["write_langfuse"]

_TRACES = 45
_MODEL = "claude-haiku-4-5-20251001"


def write_langfuse(setting: Setting, folder: Path) -> list[File]:
    """Write an export of the API's shape.

    Parameters
    ----------
    setting : Setting
        What all sources start from.
    folder : Path
        Where to.

    Returns
    -------
    list of File
        The files.
    """
    dice = setting.dice("langfuse")
    tables: dict[str, list[dict[str, Any]]] = {"traces": [], "observations": [], "scores": []}
    days = sorted(dice.randrange(setting.window.days) for _ in range(setting.count(_TRACES, 6)))
    for day in days:
        _trace(setting, dice, setting.window.day_start_ms(day) + office_ms(dice), tables)
    return [json_lines(folder / f"{name}.jsonl", rows) for name, rows in tables.items()]


def _trace(
    setting: Setting, dice: Random, started_ms: int, tables: dict[str, list[dict[str, Any]]]
) -> None:
    trace = f"{dice.getrandbits(128):032x}"
    common = {"traceId": trace, "projectId": "claims", "environment": "production"}
    tables["traces"].append(
        {
            "id": trace,
            "projectId": "claims",
            "timestamp": iso(started_ms),
            "name": "claims-assistant",
            "userId": dice.choice([one.user_id for one in EMPLOYEES if one.team == "support"]),
            "sessionId": f"claim-{dice.randint(4000, 4400)}",
            "environment": "production",
            "release": "2026.6",
            "public": False,
            "bookmarked": False,
            "tags": ["claims"],
            "input": {"question": "Is this claim covered?"},
            "output": "It is.",
            "createdAt": iso(started_ms),
            "updatedAt": iso(started_ms + 30_000),
        }
    )
    agent = _observation(dice, common, "AGENT", "assistant", when=(started_ms, 9000))
    tables["observations"].append(agent)
    moment = started_ms + 40
    for step in ("plan", "answer")[: dice.randint(1, 2)]:
        tokens = Tokens(
            dice.randint(400, 1500), 2000, dice.randint(100, 400), 0, dice.randint(60, 500)
        )
        duration = dice.randint(900, 4000)
        record = _observation(
            dice, common, "GENERATION", step, when=(moment, duration), parent=agent["id"]
        )
        tables["observations"].append(record | _usage(tokens))
        setting.truth.of("langfuse").add(
            trace, tokens.input, tokens.output, cost_of(_MODEL, tokens)
        )
        moment += duration + 10
    tool = _observation(dice, common, "TOOL", "find_policy", when=(moment, 250), parent=agent["id"])
    tables["observations"].append(tool)
    value = dice.choices((1, 0), (8, 2))[0]
    tables["scores"].append(
        {
            "id": f"{dice.getrandbits(64):016x}",
            "projectId": "claims",
            "traceId": trace,
            "observationId": None,
            "name": "correct",
            "value": value,
            "stringValue": None,
            "dataType": "BOOLEAN",
            "source": "ANNOTATION",
            "timestamp": iso(started_ms + 3_600_000),
            "createdAt": iso(started_ms + 3_600_000),
            "updatedAt": iso(started_ms + 3_600_000),
        }
    )


def _observation(
    dice: Random,
    common: dict[str, Any],
    kind: str,
    name: str,
    *,
    when: tuple[int, int],
    parent: str | None = None,
) -> dict[str, Any]:
    started_ms, duration = when
    return {
        "id": f"{dice.getrandbits(64):016x}",
        **common,
        "type": kind,
        "parentObservationId": parent,
        "startTime": iso(started_ms),
        "endTime": iso(started_ms + duration),
        "name": name,
        "level": "DEFAULT",
        "statusMessage": None,
        "model": None,
        "usageDetails": {},
        "costDetails": {},
        "totalCost": None,
        "createdAt": iso(started_ms),
        "updatedAt": iso(started_ms + duration),
    }


def _usage(tokens: Tokens) -> dict[str, Any]:
    names = {
        "input": tokens.fresh,
        "cache_read_input_tokens": tokens.cache_read,
        "input_cache_creation_5m": tokens.cache_write_5m,
        "output": tokens.output,
    }
    price = list_price(_MODEL)
    used = (tokens.fresh, tokens.cache_read, tokens.cache_write_5m, tokens.output)
    prices = (price["fresh"], price["cache_read"], price["cache_write_5m"], price["output"])
    costs = {
        name: float(count * one / Decimal(1_000_000))
        for name, count, one in zip(names, used, prices, strict=True)
    }
    total = float(cost_of(_MODEL, tokens))
    return {
        "model": _MODEL,
        "usageDetails": names | {"total": tokens.input + tokens.output},
        "costDetails": costs | {"total": total},
        "totalCost": total,
    }
