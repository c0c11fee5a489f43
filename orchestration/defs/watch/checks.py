"""The checks that somebody looks at."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.defs.watch.questions import QUESTIONS, Question
from orchestration.reporting.watch import Ask, asker, is_built, markdown_table
from orchestration.warehouse.reading import connect_to_read

__all__ = ["WATCHED", "watch"]

WATCHED = tuple(dg.AssetCheckKey(one.asset, one.name) for one in QUESTIONS)
_SHOWN_ROWS = 20
_WORST_FIRST = ("fail", "warn", "good")


@dg.definitions
def watch() -> dg.Definitions:
    """Return the checks."""
    return dg.Definitions(asset_checks=[_checks()])


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
        """Answer the questions."""
        with connect_to_read() as reading:
            ask = asker(reading.client)
            for one in QUESTIONS:
                if dg.AssetCheckKey(one.asset, one.name) in context.selected_asset_check_keys:
                    is_there = all(is_built(reading.client, table) for table in one.reads)
                    yield _answer(one, ask if is_there else None)

    return checks


def _answer(one: Question, ask: Ask | None) -> dg.AssetCheckResult:
    rows = ask(one.sql, {}) if ask else []
    rows.sort(key=lambda row: (_WORST_FIRST.index(row["status"]), row["subject"]))
    failed, warned = (sum(row["status"] == status for row in rows) for status in ("fail", "warn"))
    metadata: dict[str, Any] = {"looked_at": len(rows), "failed": failed, "warned": warned}
    if rows:
        metadata["worst"] = dg.MetadataValue.md(markdown_table(rows[:_SHOWN_ROWS]))
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
