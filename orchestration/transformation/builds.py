"""The build ledger ``raw.builds``: what was built, from which inputs, and whether it is current.

It is a table of the warehouse, so that machines that share a server share it too.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.results import NodeResult, count_nodes
from orchestration.warehouse.snapshots import publish

__all__ = [
    "BuildRecord",
    "build_record",
    "is_current",
    "is_newest",
    "publish_build",
    "record_build",
]


@dataclass(frozen=True, kw_only=True)
class BuildRecord:
    """One finished build.

    Attributes
    ----------
    fingerprint : str
        Fingerprint of its inputs.
    selection : str
        What was built; empty for everything.
    is_full : bool
        Whether everything was built.
    is_successful : bool
        Whether every model was built and every test passed.
    model_count, test_count, failed_count : int
        Models, seeds and snapshots built; tests run; nodes that failed or were skipped.
    started_at : datetime
        With a time zone.
    """

    fingerprint: str
    selection: str
    is_full: bool
    is_successful: bool
    model_count: int
    test_count: int
    failed_count: int
    started_at: datetime


def build_record(
    nodes: list[NodeResult],
    *,
    built_from: str,
    started_at: datetime,
    selection: str,
    is_full: bool,
    is_successful: bool,
) -> BuildRecord:
    """Return what to enter of a finished build.

    Parameters
    ----------
    nodes : list of NodeResult
        The result of every node.
    built_from : str
        Fingerprint of its inputs.
    started_at : datetime
        With a time zone.
    selection : str
        What was built; empty for everything.
    is_full : bool
        Whether everything was built.
    is_successful : bool
        Whether every model was built and every test passed.

    Returns
    -------
    BuildRecord
        With the counts of the nodes.
    """
    return BuildRecord(
        fingerprint=built_from,
        selection=selection,
        is_full=is_full,
        is_successful=is_successful,
        model_count=count_nodes(nodes, tests=False),
        test_count=count_nodes(nodes, tests=True),
        failed_count=sum(node.is_failed or node.status == "skipped" for node in nodes),
        started_at=started_at,
    )


def record_build(client: Any, record: BuildRecord) -> None:
    """Append a finished build, with the time of the warehouse's clock.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    record : BuildRecord
        The build.
    """
    client.command(
        f"""
        insert into `{settings.database("raw")}`.builds
        select
            {{build_id:UUID}}, {{fingerprint:String}}, {{selection:String}}, {{target:String}},
            {{is_full:Bool}}, {{is_successful:Bool}}, {{model_count:UInt32}},
            {{test_count:UInt32}}, {{failed_count:UInt32}},
            fromUnixTimestamp64Micro({{started:Int64}}, 'UTC'), now64(6, 'UTC')
        """,
        parameters={
            "build_id": str(uuid.uuid4()),
            "fingerprint": record.fingerprint,
            "selection": record.selection,
            "target": settings.target(),
            "is_full": record.is_full,
            "is_successful": record.is_successful,
            "model_count": record.model_count,
            "test_count": record.test_count,
            "failed_count": record.failed_count,
            "started": int(record.started_at.timestamp() * 1_000_000),
        },
    )


def is_newest(client: Any, *, fingerprint: str, selection: str) -> bool:
    """Return whether the newest build has this fingerprint and selection, and succeeded.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    fingerprint : str
        Fingerprint of the inputs.
    selection : str
        What was built.

    Returns
    -------
    bool
        False if nothing was built yet.
    """
    newest = client.query(
        f"""
        select fingerprint, selection, is_successful
        from `{settings.database("raw")}`.builds
        order by finished_at desc
        limit 1
        """
    ).result_rows
    return newest == [(fingerprint, selection, True)]


def is_current(client: Any, fingerprint: str) -> bool:
    """Return whether a full build would make the same marts now.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    fingerprint : str
        Fingerprint of the current inputs.

    Returns
    -------
    bool
        True if the newest build was full and successful, from the same inputs, and no other dbt
        has written a table of the marts since.
    """
    newest = client.query(
        f"""
        select fingerprint, is_full and is_successful, toUnixTimestamp64Micro(finished_at)
        from `{settings.database("raw")}`.builds
        order by finished_at desc
        limit 1
        """
    ).result_rows
    if not newest:
        return False
    built_from, is_whole, finished = newest[0]
    tables, changed = client.query(
        """
        select count(), toUnixTimestamp(max(metadata_modification_time))
        from system.tables
        where database = {marts:String}
        """,
        parameters={"marts": settings.database("marts")},
    ).result_rows[0]
    return (
        built_from == fingerprint
        and bool(is_whole)
        and tables > 0
        and changed * 1_000_000 <= finished
    )


def publish_build() -> list[str]:
    """Make a successful build what readers of the embedded warehouse see.

    The build itself is done, so what prevents this does not fail it.

    Returns
    -------
    list of str
        What is not as readers expect it, one sentence each.
    """
    if settings.target() != "embedded":
        return []
    try:
        snapshot = publish()
    except (OSError, UserError) as error:
        return [f"Readers still see the build before this one: {error}"]
    if snapshot.is_whole:
        return []
    return [
        "The file system of TOKENHOUSE_HOME has no hard links: readers see copies of the databases "
        "marts, reference and ml, which take their whole size on disk again."
    ]
