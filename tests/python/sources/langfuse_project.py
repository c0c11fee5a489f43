"""A small Langfuse project with known totals, written in each of its export shapes.

Traces of a support assistant: an agent around a generation, a tool and an embedding; every fifth
has a second generation that fails. Some tools cost money, and some generations are logged twice.
The shapes are those of Langfuse's pages and API (camel case), of its blob storage export (snake
case) and of its ClickHouse tables.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

__all__ = ["Project", "make_project", "to_snake_case"]

# USD per million tokens of the two models below, as Langfuse would have them.
PRICES = {
    "gpt-4o": {"input": "2.5", "input_cached_tokens": "1.25", "output": "10"},
    "claude-sonnet-4-5-20250929": {
        "input": "3",
        "cache_read_input_tokens": "0.3",
        "input_cache_creation_5m": "3.75",
        "input_cache_creation_1h": "6",
        "output": "15",
    },
    "text-embedding-3-small": {"input": "0.02"},
}
_MOMENTS = ("_time", "_at", "timestamp")
_FIRST_DAY = datetime(2026, 5, 1, 8, tzinfo=UTC)


@dataclass
class Project:
    """Records in the API's shape, and what they add up to.

    Attributes
    ----------
    traces, observations, scores, dataset_run_items : list of dict
        Records.
    expected : dict
        Counts of calls, tokens and money, added up while the records were made.
    """

    traces: list[dict[str, Any]] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    dataset_run_items: list[dict[str, Any]] = field(default_factory=list)
    expected: dict[str, Any] = field(
        default_factory=lambda: {
            "calls": 0,
            "input_tokens": 0,
            "cache_read_tokens": 0,
            "cache_write_tokens": 0,
            "output_tokens": 0,
            "reasoning_tokens": 0,
            "cost_usd": Decimal(0),
        }
    )


def make_project(traces: int, seed: int = 4) -> Project:
    """Return a project of so many traces.

    Parameters
    ----------
    traces : int
        How many.
    seed : int
        Of everything that varies.

    Returns
    -------
    Project
        The same for the same arguments.
    """
    chance, project = random.Random(seed), Project()
    for number in range(traces):
        _add_trace(project, number, chance)
    return project


def to_snake_case(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as the blob storage export and the ClickHouse tables have it.

    Parameters
    ----------
    record : dict
        In the API's shape.

    Returns
    -------
    dict
        The same under the columns' names, moments as text without a zone.
    """
    renamed = {}
    for name, value in record.items():
        snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
        snake = {"model": "provided_model_name"}.get(snake, snake)
        is_moment = isinstance(value, str) and value.endswith("Z") and snake.endswith(_MOMENTS)
        renamed[snake] = value.replace("T", " ").replace("Z", "000") if is_moment else value
    return renamed


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _add_trace(project: Project, number: int, chance: random.Random) -> None:
    started = _FIRST_DAY + timedelta(minutes=37 * number)
    trace_id = f"{chance.getrandbits(128):032x}"
    project.traces.append(
        {
            "id": trace_id,
            "projectId": "shop",
            "timestamp": _moment(started),
            "name": "support" if number % 3 else "triage",
            "userId": f"user-{number % 4}",
            "sessionId": f"session-{number // 2}",
            "environment": "production",
            "release": "r1",
            "version": None,
            "public": False,
            "bookmarked": False,
            "tags": ["vip", "chat"],
            "input": {"question": f"Where is order {number}?"},
            "output": "On its way.",
            "metadata": {},
            "createdAt": _moment(started),
            "updatedAt": _moment(started + timedelta(seconds=30)),
        }
    )
    trace = project.traces[-1]
    agent = _observation(project, trace, "AGENT", "assistant", 9000)
    # Some SDKs repeat on the agent what its generations used.
    agent |= {"usageDetails": {"input": 9999, "output": 99, "total": 10098}, "totalCost": 1.5}
    model = "claude-sonnet-4-5-20250929" if number % 2 else "gpt-4o"
    generation = _observation(project, trace, "GENERATION", "answer", 4000, parent=agent["id"])
    _use(project, generation, model, _usage(model, chance))
    if number % 4 == 1:
        # A framework's span around the client's: the same request again, inside.
        again = _observation(project, trace, "GENERATION", "chat", 3000, parent=generation["id"])
        again |= {key: generation[key] for key in ("model", "usageDetails", "costDetails")}
    tool = _observation(project, trace, "TOOL", "find_order", 300, parent=agent["id"])
    if number % 3 == 0:
        tool |= {"costDetails": {"total": 0.01}, "totalCost": 0.01, "usageDetails": {"searches": 1}}
        project.expected["calls"] += 1
        project.expected["cost_usd"] += Decimal("0.01")
    embedding = _observation(project, trace, "EMBEDDING", "embed", 80, parent=agent["id"])
    _use(project, embedding, "text-embedding-3-small", {"input": 40 + number})
    if number % 5 == 4:
        failed = _observation(project, trace, "GENERATION", "summarise", 900, parent=agent["id"])
        failed |= {"level": "ERROR", "statusMessage": "overloaded", "model": model}
        project.expected["calls"] += 1
    helpful = round(chance.random(), 2)
    _score(project, trace_id, "helpful", helpful, dataType="NUMERIC", source="EVAL")
    if number == 0:
        of_call = {"observationId": generation["id"], "source": "API"}
        by_hand = {"source": "ANNOTATION"}
        _score(project, trace_id, "stars", 4, dataType="NUMERIC", **of_call)
        _score(project, trace_id, "resolved", 1, dataType="BOOLEAN", **by_hand)
        tone = {"dataType": "CATEGORICAL", "stringValue": "friendly"}
        _score(project, trace_id, "tone", 2, **tone, **by_hand)
    if number < 4:
        project.dataset_run_items.append(
            {
                "id": f"item-{number}",
                "datasetRunId": f"run-{number % 2}",
                "datasetRunName": f"prompt v{number % 2 + 1}",
                "datasetItemId": f"case-{number // 2}",
                "datasetId": "questions",
                "traceId": trace_id,
                "observationId": None,
                "createdAt": _moment(started),
                "updatedAt": _moment(started),
            }
        )


def _observation(
    project: Project,
    trace: dict[str, Any],
    kind: str,
    name: str,
    milliseconds: int,
    *,
    parent: str | None = None,
) -> dict[str, Any]:
    started = datetime.fromisoformat(trace["timestamp"])
    record = {
        "id": f"{len(project.observations) + 1:016x}",
        "traceId": trace["id"],
        "projectId": "shop",
        "type": kind,
        "environment": "production",
        "parentObservationId": parent,
        "startTime": _moment(started),
        "endTime": _moment(started + timedelta(milliseconds=milliseconds)),
        "name": name,
        "level": "DEFAULT",
        "statusMessage": None,
        "version": None,
        "input": [{"role": "user", "content": "hello"}],
        "output": {"content": "good day"},
        "metadata": {},
        "model": None,
        "usageDetails": {},
        "costDetails": {},
        "totalCost": None,
        "promptName": "answer" if kind == "GENERATION" else None,
        "promptVersion": 3 if kind == "GENERATION" else None,
        "createdAt": _moment(started),
        "updatedAt": _moment(started + timedelta(milliseconds=milliseconds)),
    }
    project.observations.append(record)
    return record


def _usage(model: str, chance: random.Random) -> dict[str, int]:
    output = chance.randrange(50, 400)
    if model == "gpt-4o":
        reasoning = output // 4
        return {
            "input": chance.randrange(500, 900),
            "input_cached_tokens": 1024,
            "output": output - reasoning,
            "output_reasoning_tokens": reasoning,
        }
    return {
        "input": chance.randrange(20, 90),
        "cache_read_input_tokens": 3000,
        "input_cache_creation_5m": 200,
        "input_cache_creation_1h": 100,
        "output": output,
    }


def _use(project: Project, record: dict[str, Any], model: str, usage: dict[str, int]) -> None:
    prices = PRICES[model]
    costs = {
        key: tokens * Decimal(prices.get(key) or prices["output"]) / 1_000_000
        for key, tokens in usage.items()
    }
    total = sum(costs.values())
    record["model"] = model
    record["usageDetails"] = usage | {"total": sum(usage.values())}
    record["costDetails"] = {key: float(cost) for key, cost in costs.items()} | {
        "total": float(total)
    }
    record["totalCost"] = float(total)
    expected = project.expected
    expected["calls"] += 1
    expected["cost_usd"] += total
    for key, tokens in usage.items():
        expected["output_tokens" if "output" in key else "input_tokens"] += tokens
        if "creation" in key:
            expected["cache_write_tokens"] += tokens
        elif "cache" in key:
            expected["cache_read_tokens"] += tokens
        elif "reasoning" in key:
            expected["reasoning_tokens"] += tokens


def _score(project: Project, trace_id: str, name: str, value: float, **fields: str) -> None:
    moment = _moment(_FIRST_DAY + timedelta(days=3))
    project.scores.append(
        {
            "id": f"score-{len(project.scores)}",
            "projectId": "shop",
            "traceId": trace_id,
            "observationId": None,
            "name": name,
            "value": value,
            "stringValue": None,
            "comment": None,
            "timestamp": moment,
            "createdAt": moment,
            "updatedAt": moment,
        }
        | fields
    )
