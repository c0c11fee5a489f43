"""Developers' sessions with the Codex CLI."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.prices import Tokens, cost_of
from orchestration.demo.company.writing import HOUR_MS, File, Setting, json_lines, new_uuid
from orchestration.demo.events import iso

__all__ = ["write_codex"]

_SESSIONS = 4
_MODEL = "gpt-5-codex"
_NAMES = (
    "input_tokens",
    "cached_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


def write_codex(setting: Setting, folder: Path) -> list[File]:
    """Write transcripts (rollouts) of the last days, in folders by day.

    Parameters
    ----------
    setting : Setting
        What all sources start from.
    folder : Path
        Where sessions lie.

    Returns
    -------
    list of File
        The files.
    """
    dice, files = setting.dice("codex"), []
    for nth in range(setting.count(_SESSIONS, 1)):
        day = max(0, setting.window.days - 2 - 2 * nth)
        start = setting.window.day_start_ms(day) + 11 * HOUR_MS + dice.randrange(HOUR_MS)
        session = new_uuid(dice)
        moment = datetime.fromtimestamp(start / 1000, UTC)
        name = f"rollout-{moment:%Y-%m-%dT%H-%M-%S}-{session}.jsonl"
        path = folder / f"{moment:%Y/%m/%d}" / name
        files.append(json_lines(path, _session(setting, dice, session, start)))
    return files


def _session(setting: Setting, dice: Random, session: str, moment: int) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []

    def add(line_type: str, **payload: Any) -> None:
        nonlocal moment
        lines.append({"timestamp": iso(moment), "type": line_type, "payload": payload})
        moment += dice.randint(800, 9000)

    add(
        "session_meta",
        id=session,
        cwd="/srv/claims-api",
        originator="codex_cli_rs",
        cli_version="0.46.0",
        source="cli",
        model_provider="openai",
    )
    add("event_msg", type="user_message", message="Add a field to the claim")
    add("turn_context", cwd="/srv/claims-api", model=_MODEL, approval_policy="on-request")
    usage = dict.fromkeys(_NAMES, 0)
    context = dice.randint(6000, 9000)
    for _ in range(dice.randint(5, 9)):
        call = f"call_{dice.getrandbits(60):x}"
        output = '{"output": "done", "metadata": {"exit_code": 0}}'
        add("response_item", type="function_call", name="shell", call_id=call, arguments="{}")
        add("response_item", type="function_call_output", call_id=call, output=output)
        fresh, answer = dice.randint(300, 2500), dice.randint(80, 900)
        tokens = Tokens(fresh, context if usage["input_tokens"] else 0, output=answer)
        turn = (tokens.input, tokens.cache_read, answer, answer // 3, tokens.input + answer)
        last = dict(zip(_NAMES, turn, strict=True))
        usage = {name: usage[name] + last[name] for name in _NAMES}
        info = {"total_token_usage": usage, "last_token_usage": last}
        # The count is sent again with newer rate limits.
        for used in (1, 2):
            add("event_msg", type="token_count", info=info, rate_limits={"primary": used})
        setting.truth.of("codex").add(session, tokens.input, answer, cost_of(_MODEL, tokens))
        context = tokens.input
    add("event_msg", type="task_complete")
    return lines
