"""The state of the installation and of the warehouse, for ``tokenhouse doctor``."""

import os
import platform
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import UserError
from orchestration.reporting.condition import findings

__all__ = ["built_tables", "diagnose", "loaded_sources", "stale_sources"]

PACKAGES = ("dbt-core", "dbt-clickhouse", "clickhouse-connect", "chdb", "dagster", "dagster-dbt")
# The first with `with … as materialized`, by which a part of a query is computed once.
OLDEST_CLICKHOUSE = (26, 3)
HOURS_PER = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}


def diagnose() -> dict[str, Any]:
    """Check the installation and the warehouse.

    Returns
    -------
    dict
        ``versions``, ``project``, ``home``, ``target``, ``data_directory`` and ``data_bytes``
        (embedded only), ``is_connected``, ``clickhouse_version``, ``snapshot_at`` (when the state
        that readers see was built), ``note`` and ``problem`` (one sentence each, or none),
        ``loaded``, ``built``, ``findings``, ``stale`` and ``has_unbuilt_loads``.
    """
    report: dict[str, Any] = {
        "versions": _versions(),
        "project": str(settings.project_dir()),
        "home": str(settings.home()),
        "target": os.environ.get("TOKENHOUSE_TARGET") or "embedded",
        "data_directory": None,
        "data_bytes": None,
        "is_connected": False,
        "clickhouse_version": None,
        "snapshot_at": None,
        "note": "",
        "problem": None,
        "loaded": [],
        "built": [],
        "findings": [],
        "stale": [],
        "has_unbuilt_loads": False,
    }
    try:
        if settings.target() == "embedded":
            directory = settings.data_directory()
            report["data_directory"] = str(directory)
            report["data_bytes"] = _size(directory)
        _look_inside(report)
    except UserError as error:
        report["problem"] = str(error)
    return report


def loaded_sources(client: Any) -> list[dict[str, Any]]:
    """Summarize the load ledger.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    list of dict
        Per source and raw table: ``source``, ``entity``, ``files``, ``rows``, ``rejected_rows``,
        ``failed_files`` and ``last_loaded_at`` (UTC, None if nothing was loaded).
    """
    raw = settings.database("raw")
    if not client.command(f"exists table `{raw}`.loads"):
        return []
    result = client.query(
        f"""
        select
            source,
            entity,
            uniqExactIf(source_file, status = 'loaded') as files,
            sumIf(loaded_rows, status = 'loaded') as rows,
            sumIf(loads.rejected_rows, status = 'loaded') as rejected_rows,
            uniqExactIf(source_file, status = 'failed') as failed_files,
            toUnixTimestamp(maxIf(recorded_at, status = 'loaded')) as last_loaded_at
        from `{raw}`.loads as loads final
        group by source, entity
        order by source, entity
        """
    )
    rows = [dict(zip(result.column_names, row, strict=True)) for row in result.result_rows]
    for row in rows:
        row["last_loaded_at"] = _as_utc(row["last_loaded_at"])
    return rows


def built_tables(client: Any) -> list[dict[str, Any]]:
    """Count the built tables and their rows, per layer.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    list of dict
        Per layer that exists: ``layer``, ``tables``, ``rows`` (without views) and
        ``last_built_at`` (UTC).
    """
    layers = {settings.database(layer): layer for layer in (*settings.built_layers(), "ml")}
    result = client.query(
        """
        select
            database,
            count() as tables,
            sum(ifNull(total_rows, 0)) as rows,
            toUnixTimestamp(max(metadata_modification_time)) as last_built_at
        from system.tables
        where database in {databases:Array(String)}
            -- the tables of forecasts exist before the first forecast
            and not (database = {ml:String} and total_rows = 0)
        group by database
        """,
        parameters={"databases": list(layers), "ml": settings.database("ml")},
    )
    found = {row[0]: row[1:] for row in result.result_rows}
    return [
        {
            "layer": layer,
            "tables": found[name][0],
            "rows": found[name][1],
            "last_built_at": _as_utc(found[name][2]),
        }
        for name, layer in layers.items()
        if name in found
    ]


def stale_sources(client: Any, now: datetime | None = None) -> list[str]:
    """Return the sources whose newest load is older than their sources file allows.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    now : datetime, optional
        The current time, with a time zone; read from the clock by default.

    Returns
    -------
    list of str
        One sentence each. Sources that were never loaded are not in use, and so not stale.
    """
    return _stale(loaded_sources(client), now or datetime.now(UTC))


def _stale(loaded: list[dict[str, Any]], now: datetime) -> list[str]:
    limits = _freshness_hours()
    sentences = []
    for row in loaded:
        limit = limits.get(row["entity"])
        if limit is None or row["last_loaded_at"] is None:
            continue
        age = now - row["last_loaded_at"]
        if age > timedelta(hours=limit):
            sentences.append(
                f"{row['source']} ({row['entity']}): last loaded {age / timedelta(hours=1):.0f} "
                f"hours ago, expected every {limit:g}; load newer logs."
            )
    return sentences


def _look_inside(report: dict[str, Any]) -> None:
    from orchestration.warehouse.reading import connect_to_read
    from orchestration.warehouse.snapshots import current_snapshot

    if settings.target() == "embedded" and (published := current_snapshot()):
        report["snapshot_at"] = published.published_at
    with connect_to_read() as reading:
        client = reading.client
        report["is_connected"] = True
        report["note"] = reading.note
        report["clickhouse_version"] = client.command("select version()")
        report["problem"] = _too_old(report["clickhouse_version"])
        report["loaded"] = loaded_sources(client)
        report["built"] = built_tables(client)
        report["findings"] = findings(client)
    report["stale"] = _stale(report["loaded"], datetime.now(UTC))
    loads = [row["last_loaded_at"] for row in report["loaded"] if row["last_loaded_at"]]
    # Every build makes the marts again, so their tables are as old as the last build.
    builds = [row["last_built_at"] for row in report["built"] if row["layer"] == "marts"]
    report["has_unbuilt_loads"] = bool(loads) and (not builds or max(loads) > max(builds))


def _too_old(clickhouse_version: str) -> str | None:
    found = tuple(int(part) for part in clickhouse_version.split(".")[:2])
    if found >= OLDEST_CLICKHOUSE:
        return None
    oldest = ".".join(str(part) for part in OLDEST_CLICKHOUSE)
    return (
        f"ClickHouse {clickhouse_version} is too old: upgrade the server to {oldest} or later, "
        "which the models need."
    )


def _versions() -> dict[str, str | None]:
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return versions


def _freshness_hours() -> dict[str, float]:
    """Return the hours after which each raw table counts as stale, from the sources files."""
    import yaml

    limits = {}
    for path in sorted((settings.project_dir() / "models").glob("**/_*__sources.yml")):
        for source in (yaml.safe_load(path.read_text()) or {}).get("sources", []):
            warn = source.get("config", {}).get("freshness", {}).get("warn_after")
            for table in source["tables"] if warn else []:
                limits[table["name"]] = warn["count"] * HOURS_PER[warn["period"]]
    return limits


def _size(directory: Path) -> int:
    """Return the bytes under a directory; files deleted meanwhile are ignored."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += (Path(folder) / name).lstat().st_size
            except OSError:
                continue
    return total


def _as_utc(seconds: int) -> datetime | None:
    """Return a Unix time as UTC: chDB drops the time zone of a DateTime. Zero means never."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
