"""What is not as it was at an asset's last materialization, as a table on its page."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import dagster as dg

from orchestration.reporting.watch import markdown_table

__all__ = ["Tags", "changes_table", "last_tags"]

Tags = Mapping[dg.AssetKey, Mapping[str, str]]
"""Tags of materializations by asset."""


def last_tags(instance: dg.DagsterInstance, keys: Collection[dg.AssetKey]) -> Tags:
    """Return the tags of the last materialization of assets, of those that have one.

    Parameters
    ----------
    instance : dagster.DagsterInstance
        Where events are stored.
    keys : collection of dagster.AssetKey
        The assets.
    """
    found = {}
    for record in instance.get_asset_records(list(keys)):
        last = record.asset_entry.last_materialization
        if last and last.asset_materialization:
            found[record.asset_entry.asset_key] = last.asset_materialization.tags or {}
    return found


def changes_table(
    *,
    rows: tuple[int | None, int | None],
    is_other: bool,
    is_other_code: bool,
    inputs: Iterable[dg.AssetKey],
) -> dg.MetadataValue:
    """Return what changed, as Markdown.

    Parameters
    ----------
    rows : tuple of (int or None, int or None)
        Rows before and now; left out where those of now are unknown, as those of views are.
    is_other : bool
        Whether it holds something else.
    is_other_code : bool
        Whether it is made by other code.
    inputs : iterable of dagster.AssetKey
        What it reads that holds something else.
    """
    before, now = rows
    found: list[dict[str, Any]] = []
    if now is not None:
        more = None if before is None else f"{now - before:+,}"
        found.append({"what": "rows", "before": before, "now": now, "change": more})
    found.append(_change("contents", "changed" if is_other else "the same"))
    if is_other_code:
        found.append(_change("code", "changed"))
    found += [_change(f"input {key.to_user_string()}", "changed") for key in sorted(inputs)]
    return dg.MetadataValue.md(markdown_table(found))


def _change(what: str, change: str) -> dict[str, Any]:
    return {"what": what, "before": None, "now": None, "change": change}
