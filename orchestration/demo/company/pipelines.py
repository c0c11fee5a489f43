"""Pipelines of the claims department: executions with stages, failures and outages."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.people import ORGANIZATION
from orchestration.demo.company.prices import PROVIDERS, Tokens, cost_of
from orchestration.demo.company.writing import MINUTE_MS, File, Setting, json_lines
from orchestration.demo.events import iso

__all__ = ["write_pipelines"]

_ERRORS = ("timeout", "validation_error", "api_error")
_ERROR_SHARE = 0.008
_OUTAGE_RUNS = 6
_OPEN_OUTAGE_RUNS = 4


@dataclass(frozen=True)
class _Pipeline:
    name: str
    hours: tuple[int, ...]
    stages: tuple[tuple[str, str], ...]


_PIPELINES = (
    _Pipeline(
        "quote-intake",
        (8, 16),
        (("parse", ""), ("extract", "gpt-4o-mini"), ("price", "gpt-4.1"), ("write", "gpt-4o-mini")),
    ),
    _Pipeline(
        "document-check",
        (10,),
        (
            ("ocr", ""),
            ("classify", "claude-haiku-4-5-20251001"),
            ("decide", "claude-sonnet-4-5-20250929"),
        ),
    ),
    _Pipeline("policy-renewal", (6,), (("select", ""), ("draft", "gpt-4o"), ("review", "gpt-4.1"))),
)


def write_pipelines(setting: Setting, folder: Path) -> list[File]:
    """Write the export of all executions.

    Parameters
    ----------
    setting : Setting
        What all sources start from.
    folder : Path
        Where to.

    Returns
    -------
    list of File
        The file.
    """
    dice = setting.dice("pipelines")
    rows: list[dict[str, Any]] = []
    for pipeline in _PIPELINES:
        for moment, has_to_fail in _moments(setting, pipeline):
            rows.append(
                _execution(
                    setting,
                    dice,
                    pipeline,
                    moment,
                    has_to_fail=has_to_fail,
                    number=len(rows),
                )
            )
    _write_down_outages(setting)
    # The first one was exported before it had ended, too.
    early = rows[0] | {"status": "running", "completed_at": None, "duration_ms": None, "stages": []}
    return [json_lines(folder / "executions.jsonl.gz", [early, *rows])]


def _outage_start(setting: Setting) -> int:
    return setting.window.day_start_ms(setting.day(0.8)) + 9 * 60 * MINUTE_MS


def _moments(setting: Setting, pipeline: _Pipeline) -> Iterator[tuple[int, bool]]:
    """Return starts, and whether the execution fails because of an outage."""
    window, outage = setting.window, _outage_start(setting)
    usual = [
        window.day_start_ms(day) + hour * 60 * MINUTE_MS + 7 * MINUTE_MS
        for day in range(window.days)
        for hour in pipeline.hours
    ]
    last = usual[-_OPEN_OUTAGE_RUNS]
    for moment in usual:
        yield moment, pipeline.name == "document-check" and moment >= last
    if pipeline.name == "quote-intake":
        for nth in range(_OUTAGE_RUNS):
            yield outage + nth * 20 * MINUTE_MS, True
        yield outage + _OUTAGE_RUNS * 20 * MINUTE_MS, False


def _execution(
    setting: Setting,
    dice: Random,
    pipeline: _Pipeline,
    started_ms: int,
    *,
    has_to_fail: bool,
    number: int,
) -> dict[str, Any]:
    name = f"exec_{number:04d}"
    stages, moment, error, spent = [], started_ms, None, Decimal(0)
    for place, (stage_name, model) in enumerate(pipeline.stages):
        is_last_stage = place == len(pipeline.stages) - 1
        if (has_to_fail and is_last_stage) or (model and dice.random() < _ERROR_SHARE):
            error = "api_error" if has_to_fail else dice.choice(_ERRORS)
        stage: dict[str, Any] = {
            "name": stage_name,
            "type": "generator" if model else "transform",
            "status": "failed" if error else "completed",
            "started_at": iso(moment),
            "duration_ms": dice.randint(800, 9000) if model else dice.randint(40, 400),
            "error_type": error,
        }
        if model:
            # A stage that fails has read its input, and written nothing.
            tokens = Tokens(dice.randint(900, 5000), output=0 if error else dice.randint(100, 900))
            cost = cost_of(model, tokens)
            spent += cost
            stage |= {
                "provider": PROVIDERS[model],
                "model": model,
                "input_tokens": tokens.input,
                "output_tokens": tokens.output,
                "cost_usd": float(cost),
            }
            setting.truth.of("pipelines").add(name, tokens.input, tokens.output, cost)
        stages.append(stage)
        moment += stage["duration_ms"]
        if error:
            break
    if error:
        span = started_ms, moment
        _write_down_failure(setting, name, pipeline.name, error, spent=spent, span=span)
    return {
        "execution_id": name,
        "pipeline_id": pipeline.name,
        "pipeline_version": "1.4.0",
        "org_id": ORGANIZATION,
        "trigger": "schedule",
        "environment": "production",
        "status": "failed" if error else "completed",
        "error_type": error,
        "started_at": iso(started_ms),
        "completed_at": iso(moment),
        "duration_ms": moment - started_ms,
        "input": {"claim": 4000 + number, "pages": dice.randint(1, 12)},
        "stages": stages,
    }


def _write_down_failure(
    setting: Setting,
    run: str,
    pipeline: str,
    error: str,
    *,
    spent: Decimal,
    span: tuple[int, int],
) -> None:
    setting.truth.add(
        "saving",
        f"failed_runs/{run}",
        "pipelines",
        ("run", run),
        ("cost_usd", "usd"),
        logged=spent,
        span=span,
        signal="reliability",
        detail=f"{pipeline} failed with {error}: all that the run cost was for nothing",
    )


def _write_down_outages(setting: Setting) -> None:
    outage = _outage_start(setting)
    setting.truth.add(
        "fault",
        "pipelines/outage",
        "pipelines",
        ("workflow", "quote-intake"),
        ("failed_run_count", "count"),
        logged=_OUTAGE_RUNS,
        span=(outage, outage + _OUTAGE_RUNS * 20 * MINUTE_MS),
        signal="outage",
        detail="every run fails at its last stage, until one succeeds",
    )
    hours = next(one for one in _PIPELINES if one.name == "document-check").hours
    start = setting.window.day_start_ms(setting.window.days - _OPEN_OUTAGE_RUNS)
    setting.truth.add(
        "fault",
        "pipelines/open_outage",
        "pipelines",
        ("workflow", "document-check"),
        ("failed_run_count", "count"),
        logged=_OPEN_OUTAGE_RUNS,
        span=(start + hours[0] * 60 * MINUTE_MS, setting.window.end_ms),
        signal="open_outage",
        detail="every run since then has failed",
    )
