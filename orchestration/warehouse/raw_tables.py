"""Create the raw tables from their declaration in the dbt sources.

The SQL that creates them has one home, too: dbt's macro ``raw_table_statements``, which is plain
Jinja and is rendered here for a load before any build.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError

__all__ = ["RawTable", "declared_tables", "ensure_raw_tables", "statements"]

_MACRO = "macros/raw/raw_table_statements.sql"
PREFIXED = re.compile(r"^\{\{\s*env_var\('TOKENHOUSE_DATABASE_PREFIX', ''\)\s*\}\}(\w+)$")


@dataclass(frozen=True)
class RawTable:
    """A raw table as declared in its source.

    Attributes
    ----------
    database, name : str
        Database and name of the table.
    columns : tuple of (str, str)
        Name and ClickHouse type, with the codec if one is declared.
    engine, order_by, partition_by : str
        Clauses of the ``create table`` statement; ``partition_by`` may be empty.
    """

    database: str
    name: str
    columns: tuple[tuple[str, str], ...]
    engine: str
    order_by: str
    partition_by: str = ""

    def as_node(self) -> dict[str, Any]:
        """Return the table in the shape that it has in dbt's graph."""
        meta = {"engine": self.engine, "order_by": self.order_by, "partition_by": self.partition_by}
        return {
            "schema": self.database,
            "identifier": self.name,
            "columns": {
                name: {"name": name, "data_type": data_type} for name, data_type in self.columns
            },
            "config": {"meta": meta},
        }


def ensure_raw_tables(client: Any) -> None:
    """Create missing databases, raw tables and columns.

    A column that a newer version of the project declares is added at the end, with its default in
    existing rows.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the current target; on ``cluster`` every node gets the tables.

    Raises
    ------
    BadInputError
        If a sources file declares a table that cannot be created.
    """
    cluster = os.environ.get("CLICKHOUSE_CLUSTER", "") if settings.target() == "cluster" else ""
    tables = declared_tables()
    present = client.query(
        "select concat(database, '.', table, '.', name) from system.columns "
        "where database in {databases:Array(String)}",
        parameters={"databases": sorted({table.database for table in tables})},
    ).result_rows
    for statement in statements(tables, (name for (name,) in present), cluster):
        client.command(statement)


def declared_tables(models: Path | None = None) -> list[RawTable]:
    """Read the raw tables from the sources files.

    Parameters
    ----------
    models : Path, optional
        The folder of models; the project's by default.

    Returns
    -------
    list of RawTable
        Tables with an engine in their ``config.meta``; others are created elsewhere.

    Raises
    ------
    BadInputError
        If a column has no type, or the database is not named by layer.
    """
    folder = models or settings.project_dir() / "models"
    return [table for path in sorted(folder.glob("**/_*__sources.yml")) for table in _read(path)]


def statements(tables: list[RawTable], present: Iterable[str] = (), cluster: str = "") -> list[str]:
    """Return the SQL that creates what is missing of the tables and their databases.

    Parameters
    ----------
    tables : list of RawTable
        What is to be there.
    present : iterable of str
        The columns that are, as ``database.table.column``.
    cluster : str, optional
        Name of a cluster to create them on, with replicated engines.

    Returns
    -------
    list of str
        Statements, none where everything is there.
    """
    nodes = [table.as_node() for table in tables]
    text = _macro().raw_table_statements(nodes, set(present), f'"{cluster}"' if cluster else "")
    return [statement.strip() for statement in text.split(";") if statement.strip()]


@cache
def _macro() -> Any:
    """Return dbt's macro as a function."""
    from jinja2 import Environment

    text = (settings.project_dir() / _MACRO).read_text(encoding="utf-8")
    return Environment(autoescape=False).from_string(text).module


def _read(path: Path) -> Iterator[RawTable]:
    import yaml

    # The same loader in C, ten times as fast, where it was built.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    declared = yaml.load(path.read_text(encoding="utf-8"), loader) or {}
    for source in declared.get("sources", []):
        for table in source["tables"]:
            meta = table.get("config", {}).get("meta", {})
            if "engine" not in meta:
                continue
            untyped = [column["name"] for column in table["columns"] if "data_type" not in column]
            if untyped:
                raise BadInputError(
                    f"{path}: table {table['name']} has no data_type for {', '.join(untyped)}; "
                    f"add it, so that the raw table can be created."
                )
            yield RawTable(
                database=_database(path, source.get("schema", source["name"])),
                name=table.get("identifier", table["name"]),
                columns=tuple((column["name"], column["data_type"]) for column in table["columns"]),
                engine=meta["engine"],
                order_by=meta["order_by"],
                partition_by=meta.get("partition_by", ""),
            )


def _database(path: Path, schema: str) -> str:
    """Resolve the one template that sources use, without starting dbt."""
    match = PREFIXED.match(schema)
    if match:
        return settings.database(match[1])
    if "{{" in schema:
        raise BadInputError(
            f"{path}: schema {schema!r} is not understood; write "
            f"\"{{{{ env_var('TOKENHOUSE_DATABASE_PREFIX', '') }}}}<layer>\"."
        )
    return schema
