"""Dumps of a chat product's tables, as its database and its data team would write them."""

import csv
import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sources.totals import Totals

__all__ = ["write_chat"]

_MODELS = (
    ("openai", "gpt-4o-mini"),
    ("anthropic", "claude-sonnet-4-5"),
    ("runpod", "support-dpo-7b"),
)
_TAGS = ("hallucination", "incorrect_format", "too long, rambling")


def write_chat(folder: Path, seed: int = 1, conversations: int = 40) -> Totals:
    """Write messages twice over in two formats, and every other table in another one.

    Parameters
    ----------
    folder : Path
        Where to write; it is created.
    seed : int
        Equal seeds write equal files.
    conversations : int
        How many, one of which has no messages and one no row of its own.

    Returns
    -------
    Totals
        What is in the dumps; rating_sum and tags among the counts.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    totals, messages, talks, evaluations, traces = Totals(), [], [], [], []
    for number in range(conversations):
        talk = {
            "id": _id(rng),
            "user_id": f"user-{number % 7}",
            "created_at": (start + timedelta(hours=5 * number)).isoformat(),
            "session_id": f"group-{'ab'[number % 2]}" if number % 3 else None,
            "experiment_name": "short answers" if number % 3 else None,
            "is_widget_session": number % 5 == 0,
        }
        if number != 1:
            talks.append(talk)
        totals.count("conversations")
        if number == 2:
            continue
        totals.runs += 1
        for message in _messages(rng, talk, totals):
            messages.append(message)
            if message["role"] == "assistant" and rng.random() < 0.6:
                evaluations.append(_evaluation(rng, message, totals))
        traces += _traces(rng, talk, totals)

    _write_messages(folder, messages)
    _write_csv(
        folder / "conversations.csv",
        [talk | {"is_widget_session": "ft"[talk["is_widget_session"]]} for talk in talks],
    )
    _write_evaluations(folder, rng, evaluations)
    _write_lines(folder / "traces.jsonl", traces)
    (folder / "llm_models.json").write_text(json.dumps(_models(rng, totals), indent=2))
    _write_csv(folder / "judgments.csv", _judgments(rng, messages, totals))
    return totals


def _id(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128)))


def _messages(rng: random.Random, talk: dict, totals: Totals) -> list[dict]:
    messages = []
    asked_at = datetime.fromisoformat(talk["created_at"])
    for _ in range(rng.randint(1, 6)):
        provider, model = rng.choice(_MODELS)
        has_failed = rng.random() < 0.1
        tokens = rng.randint(50, 4000), 0 if has_failed else rng.randint(5, 900)
        latency_ms = rng.randint(300, 9000)
        common = {"user_id": talk["user_id"], "conversation_id": talk["id"]}
        messages.append(
            common
            | {
                "id": _id(rng),
                "role": "user",
                "content": 'Where is my order?\nIt is late, "again".',
                "created_at": asked_at.isoformat(),
            }
        )
        tools = [
            None,
            ["web_search"],
            [{"name": "lookup", "arguments": {"q": 1}, "success": not has_failed}],
        ]
        called = rng.choice(tools)
        messages.append(
            common
            | {
                "id": _id(rng),
                "role": "assistant",
                "content": "" if has_failed else "Soon.",
                "created_at": (asked_at + timedelta(milliseconds=latency_ms)).isoformat(),
                "model_id": model,
                "provider": provider,
                "input_tokens": tokens[0],
                "output_tokens": tokens[1],
                "latency_ms": latency_ms,
                "tools_called": called,
                "tool_success": None if called is None else not has_failed,
                "error_type": "rate_limit" if has_failed else None,
                "metadata": {"response_id": f"resp_{rng.getrandbits(40):x}"},
            }
        )
        totals.add_call(*tokens)
        totals.count("errors", has_failed)
        totals.count("tool_calls", called is not None)
        totals.count("failed_tool_calls", called is not None and has_failed)
        totals.count("messages", 2)
        asked_at += timedelta(minutes=rng.randint(1, 30))
    return messages


def _evaluation(rng: random.Random, message: dict, totals: Totals) -> dict:
    rating = rng.choice((None, 1, 2, 3, 4, 5))
    success = rng.choice((True, False)) if rating is None else rng.choice((None, True, False))
    tags = rng.sample(_TAGS, rng.randint(1, 2)) if success is False else []
    totals.count("ratings", rating is not None)
    totals.count("rating_sum", rating or 0)
    totals.count("verdicts", success is not None)
    totals.count("successes", success is True)
    totals.count("tags", len(tags))
    return {
        "id": _id(rng),
        "message_id": message["id"],
        "evaluator_id": message["user_id"],
        "created_at": message["created_at"],
        "rating": rating,
        "success": success,
        "failure_tags": tags,
    }


def _traces(rng: random.Random, talk: dict, totals: Totals) -> list[dict]:
    root, child = _id(rng), _id(rng)
    common = {"conversation_id": talk["id"], "created_at": talk["created_at"]}
    totals.count("spans", 2)
    return [
        common
        | {
            "trace_id": root,
            "span_name": "chat.turn",
            "operation_type": "chain",
            "duration_ms": None,
        },
        # Captured once more when it ended.
        common
        | {
            "trace_id": root,
            "span_name": "chat.turn",
            "operation_type": "chain",
            "duration_ms": 900.5,
        },
        common
        | {
            "trace_id": child,
            "parent_trace_id": root,
            "span_name": "llm.completion",
            "operation_type": "llm_call",
            "model_name": "gpt-4o-mini",
            "duration_ms": rng.randint(100, 800),
            "metadata": {"temperature": 0.2},
        },
    ]


def _models(rng: random.Random, totals: Totals) -> list[dict]:
    methods = {"gpt-4o-mini": None, "claude-sonnet-4-5": "base", "support-dpo-7b": "DPO"}
    totals.count("models", len(methods))
    return [
        {
            "id": _id(rng),
            "user_id": "user-0",
            "model_id": model,
            "name": model.upper(),
            "provider": provider,
            "training_method": methods[model],
            "base_model": "mistral-7b" if methods[model] == "DPO" else None,
            "training_dataset": {"rows": 1200} if methods[model] == "DPO" else None,
            "evaluation_metrics": {"accuracy": 0.81},
            "metadata": {
                "training_job_id": "job-7",
                "runpod_endpoint_id": "ep-9",
                "deployment_type": "serverless",
                "deployed_at": "2026-02-27T12:00:00Z",
            },
        }
        for provider, model in _MODELS
    ]


def _judgments(rng: random.Random, messages: list[dict], totals: Totals) -> list[dict]:
    judged = [message for message in messages if message["role"] == "assistant"][:20]
    rows = []
    for message in judged:
        has_passed = rng.random() < 0.7
        totals.count("judgments")
        totals.count("passed_judgments", has_passed)
        rows.append(
            {
                "id": _id(rng),
                "benchmark_id": "b1",
                "benchmark_name": "order questions",
                "message_id": message["id"],
                "judge": "gpt-4o",
                "judgment": "passed" if has_passed else "failed",
                "created_at": message["created_at"],
            }
        )
    return rows


def _write_messages(folder: Path, messages: list[dict]) -> None:
    """Write the first two thirds, some of them not counted yet, and all of them as CSV."""
    early = [dict(message) for message in messages[: len(messages) * 2 // 3]]
    for message in early[-3:]:
        message["output_tokens"] = None
    _write_lines(folder / "messages_early.jsonl", early)
    columns = sorted({key for message in messages for key in message})
    rows = [{column: message.get(column) for column in columns} for message in messages]
    _write_csv(folder / "messages.csv", rows)


def _write_evaluations(folder: Path, rng: random.Random, evaluations: list[dict]) -> None:
    """Write half as Parquet, with ratings that changed later, and all with PostgreSQL's arrays."""
    import pyarrow
    import pyarrow.parquet

    early = [dict(evaluation) for evaluation in evaluations[: len(evaluations) // 2]]
    for evaluation in early:
        if evaluation["rating"]:
            evaluation["rating"] = 6 - evaluation["rating"]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(early), folder / "evaluations.parquet")
    rows = [
        evaluation
        | {
            "failure_tags": "{" + ",".join(f'"{tag}"' for tag in evaluation["failure_tags"]) + "}",
            "updated_at": (
                datetime.fromisoformat(evaluation["created_at"]) + timedelta(days=1)
            ).isoformat(" "),
        }
        for evaluation in evaluations
    ]
    _write_csv(folder / "evaluations.csv", rows)


def _write_lines(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _write_csv(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {
                    name: json.dumps(value) if isinstance(value, dict | list) else value
                    for name, value in row.items()
                }
            )
