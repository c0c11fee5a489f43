"""The checks that somebody looks at, and the pictures next to them."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration import settings
from orchestration.defs.watch.pictures import Ask, pictures
from orchestration.defs.watch.questions import QUESTIONS, Question
from orchestration.warehouse.reading import connect_to_read

__all__ = ["WATCHED", "parameters", "watch"]

WATCHED = tuple(dg.AssetCheckKey(one.asset, one.name) for one in QUESTIONS)
_SHOWN_ROWS = 20
_WORST_FIRST = ("fail", "warn", "good")
_EXACT = {
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_decimals": "1",
}


@dg.definitions
def watch() -> dg.Definitions:
    """Return the checks."""
    return dg.Definitions(asset_checks=[_checks()])


def parameters() -> dict[str, Any]:
    """Return the parameters of the questions: the var ``watch``, and the names of databases."""
    found: dict[str, Any] = {
        layer: settings.database(layer) for layer in ("marts", "predictions", "ml")
    }
    for name, value in settings.project_vars()["watch"].items():
        if isinstance(value, dict):
            found |= {f"{name}_{key}": threshold for key, threshold in value.items()}
        else:
            found[name] = value
    return found


def _checks() -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name="answer_questions",
        specs=[
            dg.AssetCheckSpec(one.name, asset=one.asset, description=one.description)
            for one in QUESTIONS
        ],
        can_subset=True,
    )
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        """Answer the questions, and draw the pictures of what was built."""
        with connect_to_read() as reading:
            ask = _asker(reading.client)
            for one in QUESTIONS:
                if dg.AssetCheckKey(one.asset, one.name) in context.selected_asset_check_keys:
                    yield _answer(one, ask if _is_there(reading.client, one) else None)
            if _is_built(reading.client, "marts.daily_costs"):
                for key, picture in pictures(ask):
                    context.op_execution_context.log_event(
                        dg.AssetObservation(key, metadata={"picture": picture})
                    )

    return checks


def _answer(one: Question, ask: Ask | None) -> dg.AssetCheckResult:
    rows = ask(one.sql, {}) if ask else []
    rows.sort(key=lambda row: (_WORST_FIRST.index(row["status"]), row["subject"]))
    failed, warned = (sum(row["status"] == status for row in rows) for status in ("fail", "warn"))
    metadata: dict[str, Any] = {"looked_at": len(rows), "failed": failed, "warned": warned}
    if rows:
        metadata["worst"] = dg.MetadataValue.md(_table(rows[:_SHOWN_ROWS]))
    return dg.AssetCheckResult(
        asset_key=one.asset,
        check_name=one.name,
        passed=not failed and not warned,
        severity=dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN,
        description=_in_words(rows, failed, warned, is_built=ask is not None),
        metadata=metadata,
    )


def _in_words(rows: list[Any], failed: int, warned: int, *, is_built: bool) -> str:
    if not is_built:
        return "Its table is not there: nothing was built, or a build is under way."
    if failed or warned:
        return f"Of {len(rows):,}, {failed:,} fail and {warned:,} warn."
    return f"All {len(rows):,} are good." if rows else "There is nothing to complain about."


def _asker(client: Any) -> Ask:
    client.command(f"use `{settings.database('marts')}`")
    known = parameters()

    def ask(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        used = {key: value for key, value in known.items() if f"{{{key}:" in sql}
        answer = client.raw_query(sql, parameters=used | params, settings=_EXACT, fmt="JSONEachRow")
        return [json.loads(line) for line in answer.decode().splitlines()]

    return ask


def _is_there(client: Any, one: Question) -> bool:
    return all(_is_built(client, table) for table in one.reads)


def _is_built(client: Any, table: str) -> bool:
    layer, name = table.split(".")
    return bool(client.command(f"exists table `{settings.database(layer)}`.{name}"))


def _table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table in Markdown."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
