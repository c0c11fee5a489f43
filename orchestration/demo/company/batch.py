"""The data team's nightly jobs, logged in a format of their own: three habits that waste money."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.people import EMPLOYEES, KEYS
from orchestration.demo.company.prices import PROVIDERS, Tokens, cost_of, list_price
from orchestration.demo.company.writing import MINUTE_MS, File, Setting, json_lines
from orchestration.demo.events import iso

__all__ = ["write_batch"]

_DIGEST = "nightly-digest"
_CONTRACTS = "contract-review"
_REPORTS = "weekly-report"
_CUT_RUNS = 12
_UNCACHED_RUNS = 6
_REPEATED_RUNS = 8


def write_batch(setting: Setting, folder: Path) -> list[File]:
    """Write calls and runs as anyone would log them.

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
    dice = setting.dice("batch")
    calls = [*_digests(setting, dice), *_reviews(setting, dice)]
    return [
        json_lines(folder / "calls.jsonl", calls),
        json_lines(folder / "runs.jsonl", _reports(setting, dice)),
    ]


def _call(
    setting: Setting,
    run: str,
    nth: int,
    started_ms: int,
    *,
    workflow: str,
    model: str,
    tokens: Tokens,
    **more: Any,
) -> dict[str, Any]:
    key = KEYS["data-batch"]
    setting.truth.of("generic").add(run, tokens.input, tokens.output, cost_of(model, tokens))
    return {
        "call_id": f"{run}-call-{nth}",
        "run_id": run,
        "workflow_id": workflow,
        "project": key.project,
        "team_id": key.team_id,
        "user_id": EMPLOYEES[-1].user_id,
        "environment": "production",
        "origin": "schedule",
        "api_key_id": key.hash,
        "api_key_alias": key.alias,
        "tags": ["batch", workflow],
        "step_name": workflow,
        "called_at": iso(started_ms),
        "duration_ms": 1500 + 9 * tokens.output,
        "model": model,
        "provider": PROVIDERS[model],
        "input_tokens": tokens.input,
        "cache_read_tokens": tokens.cache_read,
        "output_tokens": tokens.output,
        "is_cache_in_input": True,
        "finish_reason": "stop",
        "status": "ok",
    } | more


def _nights(setting: Setting, number: int) -> list[int]:
    """Return some of the last nights, spread over the last 30 days."""
    last = setting.window.days
    step = max(1, min(28, last - 1) // number)
    return [last - 1 - nth * step for nth in range(number) if last - 1 - nth * step >= 0]


def _digests(setting: Setting, dice: Random) -> list[dict[str, Any]]:
    """Write a digest a night; some are cut by a limit, and asked for again."""
    model, calls = "gpt-4o", []
    cut = set(_nights(setting, _CUT_RUNS))
    for day in range(setting.window.days):
        run, start = f"digest-{day:03d}", setting.window.day_start_ms(day) + 130 * MINUTE_MS
        tokens = Tokens(dice.randint(7000, 9000), output=dice.randint(700, 1100))
        if day in cut:
            wasted = Tokens(tokens.fresh, output=512)
            calls.append(
                _call(
                    setting,
                    run,
                    0,
                    start,
                    workflow=_DIGEST,
                    model=model,
                    tokens=wasted,
                    finish_reason="length",
                )
            )
            _saving(
                setting,
                "cut_output",
                run,
                cost_of(model, wasted),
                started_ms=start,
                detail="the answer was cut by a limit of 512 tokens, and the call repeated",
            )
        calls.append(
            _call(setting, run, 1, start + MINUTE_MS, workflow=_DIGEST, model=model, tokens=tokens)
        )
    return calls


def _reviews(setting: Setting, dice: Random) -> list[dict[str, Any]]:
    """Write reviews of contracts: each call sends all that came before again, without a cache."""
    model, calls = "claude-sonnet-4-5-20250929", []
    price = list_price(model)
    for nth, day in enumerate(_nights(setting, _UNCACHED_RUNS)):
        run, start = f"review-{nth:02d}", setting.window.day_start_ms(day) + 190 * MINUTE_MS
        size, saving = dice.randint(9000, 14_000), Decimal(0)
        written = size
        for place in range(5):
            tokens = Tokens(size, output=dice.randint(200, 500))
            calls.append(
                _call(
                    setting,
                    run,
                    place,
                    start + place * MINUTE_MS,
                    workflow=_CONTRACTS,
                    model=model,
                    tokens=tokens,
                )
            )
            if place:
                # All but the newest page stood in the call before.
                saving += calls[-2]["input_tokens"] * (price["fresh"] - price["cache_read"])
                written += size - calls[-2]["input_tokens"]
            size += dice.randint(900, 1800)
        saving -= written * (price["cache_write_5m"] - price["fresh"])
        _saving(
            setting,
            "prompt_caching",
            run,
            saving / 1_000_000,
            started_ms=start,
            detail="every call sends the pages before again; a 5-minute cache would have held them",
        )
    return calls


def _reports(setting: Setting, dice: Random) -> list[dict[str, Any]]:
    """Write runs of a report; in one night the same one is asked for every few minutes."""
    model, runs = "gpt-4.1", []
    key = KEYS["data-batch"]
    night = setting.window.days - 3
    weeks = [(day, 0) for day in range(0, setting.window.days, 7) if day != night]
    for day, nth in [*weeks, *((night, nth) for nth in range(_REPEATED_RUNS))]:
        run = f"report-{day:03d}-{nth}"
        start = setting.window.day_start_ms(day) + (250 + 5 * nth) * MINUTE_MS
        tokens = Tokens(5200 if day == night else dice.randint(4000, 6000), output=640)
        cost = cost_of(model, tokens)
        setting.truth.of("generic").add(run, tokens.input, tokens.output, cost)
        if day == night and nth:
            detail = "the same prompt as in the run before, minutes ago, with the same answer"
            _saving(setting, "repeated_prompt", run, cost, started_ms=start, detail=detail)
        runs.append(
            {
                "run_id": run,
                "workflow_id": _REPORTS,
                "started_at": iso(start),
                "ended_at": iso(start + 9000),
                "duration_ms": 9000,
                "project": key.project,
                "team_id": key.team_id,
                "user_id": EMPLOYEES[-2].user_id,
                "environment": "production",
                "origin": "schedule",
                "model": model,
                "provider": PROVIDERS[model],
                "input": {"report": "claims by country", "week": day // 7},
                "call_count": 1,
                "input_tokens": tokens.input,
                "output_tokens": tokens.output,
                "quality_score": 0.9,
                "status": "ok",
            }
        )
    return runs


def _saving(
    setting: Setting, kind: str, run: str, value: Decimal, *, started_ms: int, detail: str
) -> None:
    setting.truth.add(
        "saving",
        f"{kind}/{run}",
        "generic",
        ("run", run),
        ("cost_usd", "usd"),
        logged=value,
        span=(started_ms, started_ms + 10 * MINUTE_MS),
        signal=kind,
        detail=detail,
    )
