"""What is wrong in a warehouse that works: doubtful values, missing prices, interrupted work."""

from typing import Any

from orchestration import settings

__all__ = ["UNFINISHED", "Finding", "findings", "issue_counts"]

# Comment of a table whose increment was begun and not ended, by the macro
# clickhouse__insert_into.
UNFINISHED = "increment under way"

Finding = dict[str, Any]


def findings(client: Any) -> list[Finding]:
    """Look for what somebody should know of.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    list of dict
        ``name``, ``count``, and ``remedy``: what to do about it, in one sentence. Nothing that was
        not found.
    """
    marts, raw = settings.database("marts"), settings.database("raw")
    found = []
    if (counts := issue_counts(client)) is not None:
        issues, quarantined = counts
        look = f'tokenhouse query "select * from {marts}.mart_data_issues'
        found += [
            _finding(
                "data issues",
                issues,
                f'unknown in every mart, and kept as logged; see {look} limit 20", '
                "correct them where they are logged, and load the files again",
            ),
            _finding(
                "quarantined rows",
                quarantined,
                f'counted nowhere; see {look} where is_quarantined limit 20", correct them where '
                "they are logged, and load the files again",
            ),
        ]
    if _has(client, marts, "fct_calls"):
        unpriced, calls = _row(
            client,
            "select sumIf(logged_call_count, cost_source = 'missing' and is_billable), "
            f"sum(logged_call_count) from `{marts}`.fct_calls",
        )
        found.append(
            _finding(
                "unpriced calls",
                unpriced,
                f"{unpriced / max(calls, 1):.1%} of all calls; `tokenhouse prices import FILE` "
                f"adds prices, {marts}.mart_unmapped_models lists the models without one",
            )
        )
    if _has(client, raw, "loads"):
        (interrupted,) = _row(
            client, f"select countIf(status = 'loading') from `{raw}`.loads final"
        )
        found.append(
            _finding(
                "interrupted loads",
                interrupted,
                "nothing of them shows; the next `tokenhouse load` removes what they left, and "
                "the same files can be loaded again",
            )
        )
    found += _interrupted_builds(client)
    return [finding for finding in found if finding["count"]]


def issue_counts(client: Any) -> tuple[int, int] | None:
    """Count the values that could not be believed, and the rows and lines that count nowhere.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    tuple of int and int, or None
        As the last build found them; None before the first.
    """
    marts = settings.database("marts")
    if not _has(client, marts, "mart_data_issues"):
        return None
    issues, quarantined = _row(
        client,
        "select countIf(column_name != ''), countIf(is_quarantined) "
        f"from `{marts}`.mart_data_issues",
    )
    return issues, quarantined


def _interrupted_builds(client: Any) -> list[Finding]:
    from orchestration.warehouse.leftovers import LEFTOVERS

    layers = [settings.database(layer) for layer in settings.built_layers()]
    torn = client.query(
        "select count() from system.tables where database in {layers:Array(String)} "
        "and comment = {unfinished:String}",
        parameters={"layers": layers, "unfinished": UNFINISHED},
    ).result_rows[0][0]
    return [
        _finding(
            "unfinished tables",
            torn,
            "a build ended while it added to them; the next `tokenhouse build` makes them again",
        ),
        _finding(
            "leftover tables",
            len(client.query(LEFTOVERS).result_rows),
            "a build ended before it had removed them; the next `tokenhouse build` does",
        ),
    ]


def _finding(name: str, count: int, remedy: str) -> Finding:
    return {"name": name, "count": count, "remedy": remedy}


def _has(client: Any, database: str, table: str) -> bool:
    return bool(client.command(f"exists table `{database}`.{table}"))


def _row(client: Any, sql: str) -> tuple[int, ...]:
    return tuple(int(value) for value in client.query(sql).result_rows[0])
