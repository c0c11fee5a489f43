"""Compare the marts of two warehouses, row for row, under the renames of the changelog.

    python tests/benchmarks/compare_warehouses.py BEFORE_HOME AFTER_HOME

Proves that a change of names or layout changed no number. Floats are compared to seven digits: the
last ones depend on the order in which rows were summed. Exits with 1 where anything differs.
"""

import re
import sys
from pathlib import Path
from typing import Any

import clickhouse_connect

from orchestration import settings

RENAME = re.compile(r"^\s*\| `(?:(\w+)\.)?(\w+)` \| `(?:\w+\.)?(\w+)` \|", re.M)
# Their columns are the documents' own, and keep their names.
DOCUMENTS_TABLES = ("cascade_analytics", "cost_forecast_daily", "v_session_analytics")
# When files were loaded is no number of theirs.
LEDGER = ("mart_source_loads", "last_loaded_at")


def renames(changelog: Path) -> dict[tuple[str, str], str]:
    """Return new names of columns by table (empty: of any) and old name."""
    found = RENAME.findall(changelog.read_text(encoding="utf-8"))
    return {(table, old): new for table, old, new in found}


def fingerprints(home: Path, new_names: dict[tuple[str, str], str]) -> dict[str, dict[str, Any]]:
    """Return the rows of each mart, and of each of its columns the sum of its values' hashes."""
    client = clickhouse_connect.get_client(interface="chdb", path=str(home / "clickhouse"))
    try:
        columns = client.query(
            "select table, name, type from system.columns where database = 'marts' "
            "order by table, name"
        ).result_rows
        tables: dict[str, dict[str, str]] = {}
        for table, name, kind in columns:
            new = new_names.get((table, name), new_names.get(("", name), name))
            new = name if table in DOCUMENTS_TABLES else new
            value = f"toFloat32(`{name}`)" if kind == "Float64" else f"`{name}`"
            tables.setdefault(table, {})[new] = f"sum(sipHash64(toString(tuple({value}))))"
        return {
            table: dict(
                zip(
                    ("rows", *sums),
                    client.query(
                        f"select count(), {', '.join(sums.values())} from marts.`{table}`"
                    ).result_rows[0],
                    strict=True,
                )
            )
            for table, sums in tables.items()
        }
    finally:
        client.close()


def main(before_home: str, after_home: str) -> int:
    """Print what differs; return the exit code."""
    new_names = renames(settings.project_dir() / "CHANGELOG.md")
    print(f"{len(new_names)} columns were renamed since the version before.")
    before = fingerprints(Path(before_home), new_names)
    after = fingerprints(Path(after_home), {})
    differences = [f"{table}: only before" for table in before.keys() - after.keys()]
    for table in sorted(before.keys() & after.keys()):
        differences += [
            f"{table}.{column}: {'differs' if column in after[table] else 'only before'}"
            for column in before[table]
            if (table, column) != LEDGER and before[table][column] != after[table].get(column)
        ]
    added = [f"{table}" for table in after.keys() - before.keys()]
    added += [
        f"{table}.{column}"
        for table in before.keys() & after.keys()
        for column in after[table].keys() - before[table].keys()
    ]
    rows = sum(columns["rows"] for columns in after.values())
    print(f"{len(before)} marts, {rows:,} rows; new: {', '.join(sorted(added)) or 'nothing'}.")
    print("\n".join(differences) or "Nothing differs.")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
