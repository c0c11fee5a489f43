"""Assets that load log files into the raw tables."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.data_version import DATA_VERSION_TAG
from pydantic import Field

from orchestration.defs.journal.changes import last_tags
from orchestration.defs.policies import group_of, owners_of, policy, pool_of
from orchestration.defs.translator import asset_key, layer_of
from orchestration.journal import new_version
from orchestration.loading import LoadReport, load
from orchestration.loading.backlog import newest_first, not_loaded
from orchestration.loading.landing import landing_directory, look
from orchestration.loading.sources import SOURCES
from orchestration.transformation.manifest import read_manifest

__all__ = ["LOGS", "REJECTED", "LoadConfig", "loading"]

LOGS = dg.AssetKey(["raw", "loads"])
REJECTED = dg.AssetKey(["raw", "rejected_lines"])
_ENTITY_OF = {source.name: source.entity for source in SOURCES}
_LOADED = (*_ENTITY_OF.values(), "loads", "rejected_lines")
_STATUSES = ("loaded", "unchanged", "empty", "skipped", "failed")
_SHOWN_FAILURES = 20


class LoadConfig(dg.Config):
    """What to load.

    Attributes
    ----------
    paths : list of str
        Files, directories or patterns; the landing directory when empty.
    limit : int or None
        How many files to load at most, of those that are not loaded yet, the newest first; all of
        them by default.
    source : str or None
        Source of the files; by default it is detected from their first records.
    map, set : dict of str to str
        For generic logs: keys mapped to columns, and columns set to a constant value.
    """

    paths: list[str] = Field(default_factory=list)
    limit: int | None = Field(default=None, ge=1)
    source: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    set: dict[str, str] = Field(default_factory=dict)


@dg.definitions
def loading() -> dg.Definitions:
    """Return the raw tables: those written by loading, and those written elsewhere.

    They are declared as dbt sources, so dbt's manifest is read here, and not on import.
    """
    manifest = read_manifest()
    loaded = _raw_tables(_specs(manifest, is_loaded=True))
    return dg.Definitions(assets=[loaded, *_specs(manifest, is_loaded=False)])


def _specs(manifest: Mapping[str, Any], *, is_loaded: bool) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            asset_key(table),
            description=table["description"].strip(),
            group_name=group_of(layer_of(table)),
            kinds={"clickhouse"},
            owners=owners_of(manifest, "reliability"),
            freshness_policy=policy(layer_of(table)).freshness if is_loaded else None,
            skippable=is_loaded,
        )
        for table in sorted(manifest["sources"].values(), key=lambda table: table["name"])
        if layer_of(table) != "ml" and (table["name"] in _LOADED) == is_loaded
    ]


def _raw_tables(specs: list[dg.AssetSpec]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="load_logs",
        pool=pool_of("loading"),
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                "every_file_loads",
                asset=LOGS,
                description="Every file was loaded.",
            ),
            dg.AssetCheckSpec(
                "every_line_is_read",
                asset=REJECTED,
                description="No line of the loaded files was rejected.",
            ),
        ],
        can_subset=True,
    )
    def raw_tables(
        context: dg.AssetExecutionContext, config: LoadConfig
    ) -> Iterator[dg.MaterializeResult]:
        """Load log files; loaded files are skipped, and bad input does not fail the run."""
        report = _load(context, config)
        checks = (_files_check(report), _lines_check(report))
        tags = last_tags(context.instance, context.selected_asset_keys)
        for key in sorted(context.selected_asset_keys):
            asked_for = [
                check
                for check in checks
                if check.asset_key == key
                and dg.AssetCheckKey(key, check.check_name or "")
                in context.selected_asset_check_keys
            ]
            metadata = _metadata(report, key)
            known = None if metadata["rows_loaded"] else tags.get(key, {}).get(DATA_VERSION_TAG)
            yield dg.MaterializeResult(
                asset_key=key,
                metadata=metadata,
                check_results=asked_for,
                # A table without new rows is the same: what reads it stays in sync.
                data_version=dg.DataVersion(known or new_version()),
            )

    return raw_tables


def _load(context: dg.AssetExecutionContext, config: LoadConfig) -> LoadReport:
    paths = config.paths
    if not paths:
        landed = look(landing_directory(), time.time())
        paths = [str(file.path) for file in landed.files.values()]
    if config.limit:
        waiting = newest_first(not_loaded(paths))
        paths = waiting[: config.limit]
        context.log.info(f"{len(waiting):,} files are not loaded yet; {len(paths):,} are now.")
    if not paths:
        context.log.info(f"Nothing has landed in {landing_directory()}, so nothing is loaded.")
        return LoadReport()
    report = load(paths, source=config.source, mapping=config.map, constants=config.set)
    for file in report.files:
        if file.status == "failed":
            context.log.warning(file.message)
    return report


def _metadata(report: LoadReport, key: dg.AssetKey) -> dict[str, int | float | dg.MetadataValue]:
    """Return the result of a load for one table; the ledger's metadata covers the whole load."""
    if key == LOGS:
        return {
            **{f"files_{status}": report.count(status) for status in _STATUSES},
            "rows_loaded": report.loaded_rows,
            "seconds": report.seconds,
            "failures": dg.MetadataValue.md("\n".join(_failures(report)) or "none"),
        }
    if key == REJECTED:
        return {"rows_loaded": report.rejected_rows}
    files = [file for file in report.files if _ENTITY_OF.get(file.source) == key.path[-1]]
    return {
        "files_loaded": sum(file.status == "loaded" for file in files),
        "files_unchanged": sum(file.status == "unchanged" for file in files),
        "rows_loaded": sum(file.loaded_rows for file in files),
        "lines_rejected": sum(file.rejected_rows for file in files),
    }


def _failures(report: LoadReport) -> list[str]:
    failed = [f"- {file.message}" for file in report.files if file.status == "failed"]
    return failed[:_SHOWN_FAILURES]


def _files_check(report: LoadReport) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=LOGS,
        check_name="every_file_loads",
        passed=not report.count("failed"),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"failed_files": report.count("failed")},
    )


def _lines_check(report: LoadReport) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=REJECTED,
        check_name="every_line_is_read",
        passed=not report.rejected_rows,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"rejected_lines": report.rejected_rows},
    )
