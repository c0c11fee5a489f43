"""From entries of the journal to Dagster's events."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_TAG,
    NULL_EVENT_POINTER,
    get_input_data_version_tag,
    get_input_event_pointer_tag,
)
from dagster._core.events import (
    AssetObservationData,
    DagsterEvent,
    DagsterEventType,
    StepMaterializationData,
)
from dagster._core.instance.utils import RUNLESS_JOB_NAME, RUNLESS_RUN_ID

from orchestration.defs.journal.changes import changes_table
from orchestration.journal import Entry

__all__ = ["ENTRY_TAG", "Importer", "in_order"]

ENTRY_TAG = "tokenhouse/journal"
"""Tag of a materialization: the file and place of its entry, by which it is imported once."""

_BY_READING = "shows what it reads"
_VIEWS = ("view", "ephemeral")


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries as they are imported: assets first, which people look for first."""
    return sorted(entries, key=lambda entry: bool(entry.check))


class Importer:
    """Reports entries to an instance as events without a run, at the time at which they happened.

    An asset's data version is that of the build: it changes when its rows do. So Dagster shows as
    unsynced what a build would make again. A table that was built again with the same rows keeps
    the data version that the instance knows, whoever materialized it.

    Parameters
    ----------
    instance : dagster.DagsterInstance
        Where events are stored.
    graph : dagster.AssetGraph
        All assets and checks.
    """

    def __init__(self, instance: dg.DagsterInstance, graph: Any):
        self._instance = instance
        self._graph = graph
        self._checks = {key.name: key for key in graph.asset_check_keys}
        self._tags: dict[dg.AssetKey, Mapping[str, str]] = {}
        self._rows: dict[dg.AssetKey, Any] = {}
        for record in instance.get_asset_records(list(graph.get_all_asset_keys())):
            last = record.asset_entry.last_materialization
            if last and last.asset_materialization:
                key = record.asset_entry.asset_key
                self._tags[key] = last.asset_materialization.tags or {}
                rows = last.asset_materialization.metadata.get("dagster/row_count")
                self._rows[key] = rows.value if rows else None

    def add(self, entry: Entry, place: str) -> None:
        """Report an entry; what the project no longer has is left out.

        Rows of a table of which the instance knows nothing are its first materialization: it was
        loaded before there was a journal.

        Parameters
        ----------
        entry : Entry
            The entry.
        place : str
            Its file and number, as nothing else has it.
        """
        if entry.check:
            self._add_check(entry)
            return
        key = dg.AssetKey(entry.asset)
        if not self._graph.has(key):
            return
        if not entry.version and key in self._tags:
            observation = dg.AssetObservation(key, metadata=_metadata(entry))
            self._report("ASSET_OBSERVATION", AssetObservationData(observation), entry.at)
        elif self._tags.get(key, {}).get(ENTRY_TAG) != place:
            for parent in self._graph.get(key).parent_keys:
                self._follow(parent)
            known = self._tags.get(key, {}).get(DATA_VERSION_TAG)
            version = (entry.version or place) if entry.is_changed or not known else known
            tags = {ENTRY_TAG: place, CODE_VERSION_TAG: entry.code or version}
            metadata = _metadata(entry)
            if changes := self._changes(key, version, tags, entry.rows):
                metadata["changes"] = changes
            self._materialize(key, version, tags, metadata, entry.at)
            self._rows[key] = entry.rows

    def follow_views(self) -> None:
        """Report the views above what changed: they show it, without being built again."""
        for key in self._graph.toposorted_asset_keys:
            self._follow(key)

    def _follow(self, key: dg.AssetKey) -> None:
        """Report a view if it shows something else than it did, the views that it reads first."""
        node = self._graph.get(key)
        if node.metadata.get("dagster_dbt/materialization_type") not in _VIEWS:
            return
        for parent in node.parent_keys:
            self._follow(parent)
        tags = self._tags.get(key)
        if tags is None or not self._reads_other(key, tags):
            return
        read = sorted(f"{parent}{self._version(parent)}" for parent in node.parent_keys)
        version = hashlib.blake2b("".join(read).encode(), digest_size=16).hexdigest()
        kept = {CODE_VERSION_TAG: tags.get(CODE_VERSION_TAG, version)}
        self._materialize(key, version, kept, {"built_by": _BY_READING}, time.time())

    def _reads_other(self, key: dg.AssetKey, tags: Mapping[str, str]) -> bool:
        """Tell whether what an asset reads is not what it read when it was materialized."""
        return any(
            tags.get(get_input_data_version_tag(parent)) != self._version(parent)
            for parent in self._graph.get(key).parent_keys
        )

    def _changes(
        self, key: dg.AssetKey, version: str, tags: Mapping[str, str], rows: int | None
    ) -> dg.MetadataValue | None:
        """Return what is not as it was at the last materialization, if there is one."""
        before, node = self._tags.get(key), self._graph.get(key)
        if before is None:
            return None
        other_code = tags[CODE_VERSION_TAG] != before.get(CODE_VERSION_TAG)
        return changes_table(
            rows=(self._rows.get(key), rows),
            is_other=version != before.get(DATA_VERSION_TAG),
            is_other_code=bool(node.code_version) and other_code,
            inputs=[
                parent
                for parent in node.parent_keys
                if before.get(get_input_data_version_tag(parent)) != self._version(parent)
            ],
        )

    def _version(self, key: dg.AssetKey) -> str:
        """Return the data version of an asset; Dagster's word for what has none is INITIAL."""
        return self._tags.get(key, {}).get(DATA_VERSION_TAG, "INITIAL")

    def _materialize(
        self,
        key: dg.AssetKey,
        version: str,
        tags: dict[str, str],
        metadata: dict[str, Any],
        at: float,
    ) -> None:
        tags[DATA_VERSION_TAG] = version
        for parent in self._graph.get(key).parent_keys:
            tags[get_input_data_version_tag(parent)] = self._version(parent)
            tags[get_input_event_pointer_tag(parent)] = NULL_EVENT_POINTER
        materialization = dg.AssetMaterialization(key, metadata=metadata, tags=tags)
        self._report("ASSET_MATERIALIZATION", StepMaterializationData(materialization), at)
        self._tags[key] = tags

    def _add_check(self, entry: Entry) -> None:
        key = self._checks.get(entry.check)
        if key is None:
            return
        severity = dg.AssetCheckSeverity.WARN if entry.is_warning else dg.AssetCheckSeverity.ERROR
        evaluation = dg.AssetCheckEvaluation(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=entry.passed,
            severity=severity,
            metadata=_metadata(entry),
        )
        self._report("ASSET_CHECK_EVALUATION", evaluation, entry.at)

    def _report(self, kind: str, data: Any, at: float) -> None:
        """Store an event; `report_runless_asset_event` does this with the time of now."""
        event = DagsterEvent(
            event_type_value=DagsterEventType[kind].value,
            event_specific_data=data,
            job_name=RUNLESS_JOB_NAME,
        )
        self._instance.report_dagster_event(event, run_id=RUNLESS_RUN_ID, timestamp=at or None)


def _metadata(entry: Entry) -> dict[str, Any]:
    """Return what an asset's page shows of an entry."""
    shown: dict[str, Any] = {"built_by": entry.by, **entry.facts}
    if entry.rows is not None:
        shown["dagster/row_count"] = entry.rows
    if entry.version or entry.check:
        shown["built_at"] = dg.MetadataValue.timestamp(entry.at)
        shown["seconds"] = round(entry.seconds, 3)
    return shown
