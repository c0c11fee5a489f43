"""The chat's smaller tables: ratings, the model registry, a benchmark, traces."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from orchestration.demo.company.writing import Setting, new_uuid
from orchestration.demo.events import iso

__all__ = ["benchmark", "evaluation", "registry", "traces"]

_TAGS = ("incomplete", "wrong_amount", "off_topic", "too_long")
_BAD_TAG = "outdated_policy"
_JUDGED_ANSWERS = 40
_TRACED_ANSWERS = 60


def evaluation(
    dice: Random,
    answer: dict[str, Any],
    user: str,
    *,
    has_succeeded: bool,
    is_bad: bool,
    moment: int,
) -> dict[str, Any] | None:
    """Return what the customer says of an answer: stars, a verdict and tags; often nothing.

    Parameters
    ----------
    dice : Random
        Randomness.
    answer : dict
        The message.
    user : str
        Who says it.
    has_succeeded : bool
        Whether the answer helped.
    is_bad : bool
        Whether it was given from an outdated policy.
    moment : int
        When it was given, in milliseconds since 1970.

    Returns
    -------
    dict or None
        A row of ``message_evaluations``.
    """
    gives_verdict, gives_stars = dice.random() < 0.7, dice.random() < 0.4
    stars = (
        dice.choices((5, 4, 3), (5, 4, 1)) if has_succeeded else dice.choices((1, 2, 3), (4, 3, 2))
    )
    tag = _BAD_TAG if is_bad else dice.choice(_TAGS)
    if not gives_verdict and not gives_stars:
        return None
    return {
        "id": new_uuid(dice),
        "message_id": answer["id"],
        "evaluator_id": user,
        "created_at": iso(moment + dice.randint(5_000, 60_000)),
        "rating": stars[0] if gives_stars else None,
        "success": has_succeeded if gives_verdict else None,
        "failure_tags": [tag] if gives_verdict and not has_succeeded else [],
    }


def registry(tuned_ms: int) -> list[dict[str, Any]]:
    """Return the model registry; the fine-tuned model was deployed at a moment."""
    models = (
        ("gpt-4o-mini", "openai", "base", None),
        ("claude-haiku-4-5-20251001", "anthropic", "base", None),
        ("ft:gpt-4o-mini-2024-07-18", "openai", "sft", "gpt-4o-mini"),
    )
    return [
        {
            "id": f"model_{number}",
            "user_id": "carla@harbour.example",
            "model_id": model,
            "name": model,
            "provider": provider,
            "training_method": method,
            "base_model": base,
            "training_dataset": {"rows": 1200} if base else None,
            "evaluation_metrics": {"accuracy": 0.86 if base else 0.78},
            "metadata": {
                "training_job_id": "job_17" if base else None,
                "deployment_type": "serverless",
                "deployed_at": iso(tuned_ms) if base else None,
            },
        }
        for number, (model, provider, method, base) in enumerate(models)
    ]


def benchmark(setting: Setting, answers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the judgments of two judges on the same answers; they mostly agree."""
    dice = setting.dice("benchmark")
    good = [answer for answer in answers if not answer["error_type"]]
    for answer in dice.sample(good, min(_JUDGED_ANSWERS, len(good))):
        has_passed = dice.random() < 0.75
        for judge in ("gpt-4.1", "claude-opus-4-5-20251101"):
            agrees = judge == "gpt-4.1" or dice.random() < 0.85
            yield {
                "id": new_uuid(dice),
                "benchmark_id": "policy-questions",
                "benchmark_name": "policy questions",
                "message_id": answer["id"],
                "judge": judge,
                "judgment": "passed" if has_passed == agrees else "failed",
                "created_at": answer["created_at"],
            }


def traces(setting: Setting, answers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the spans of the last answers: a turn, its retrieval and its model call."""
    dice = setting.dice("traces")
    for answer in answers[-_TRACED_ANSWERS:]:
        root, latency = new_uuid(dice), answer["latency_ms"]
        ended_ms = round(datetime.fromisoformat(answer["created_at"]).timestamp() * 1000)
        for span, parent, kind, share in (
            ("chat.turn", None, "chain", 1.0),
            ("policy.search", root, "retrieval", 0.15),
            ("llm.completion", root, "llm_call", 0.8),
        ):
            yield {
                "trace_id": new_uuid(dice) if parent else root,
                "parent_trace_id": parent,
                "conversation_id": answer["conversation_id"],
                "span_name": span,
                "operation_type": kind,
                "model_name": answer["model_id"] if kind == "llm_call" else None,
                "duration_ms": round(latency * share),
                "created_at": iso(ended_ms - round(latency * share)),
            }
