"""Create the raw tables from their declaration in the dbt sources.

The dbt macro ``create_raw_tables`` creates the same tables, for a ``dbt build`` before any load.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError

__all__ = ["RawTable", "declared_tables", "ensure_raw_tables", "statements"]

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
    for statement in statements(tables, cluster):
        client.command(statement)
    present = client.query(
        "select database, table, name from system.columns "
        "where database in {databases:Array(String)}",
        parameters={"databases": sorted({table.database for table in tables})},
    ).result_rows
    for statement in _added_columns(tables, set(present), cluster):
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


def statements(tables: list[RawTable], cluster: str = "") -> list[str]:
    """Return the SQL that creates the tables and their databases.

    Parameters
    ----------
    tables : list of RawTable
        What to create.
    cluster : str, optional
        Name of a cluster to create them on, with replicated engines.

    Returns
    -------
    list of str
        Statements that change nothing where the tables exist.
    """
    on_cluster = f' on cluster "{cluster}"' if cluster else ""
    databases = dict.fromkeys(table.database for table in tables)
    return [
        *(f"create database if not exists `{name}`{on_cluster}" for name in databases),
        *(_create_table(table, on_cluster, "Replicated" if cluster else "") for table in tables),
    ]


def _create_table(table: RawTable, on_cluster: str, engine_prefix: str) -> str:
    columns = ",\n".join(f"    `{name}` {data_type}" for name, data_type in table.columns)
    partition = f"partition by {table.partition_by}\n" if table.partition_by else ""
    return (
        f"create table if not exists `{table.database}`.`{table.name}`{on_cluster}\n"
        f"(\n{columns}\n)\n"
        f"engine = {engine_prefix}{table.engine}\n{partition}order by {table.order_by}"
    )


def _added_columns(
    tables: list[RawTable], present: set[tuple[str, str, str]], cluster: str
) -> Iterator[str]:
    on_cluster = f' on cluster "{cluster}"' if cluster else ""
    for table in tables:
        for name, data_type in table.columns:
            if (table.database, table.name, name) not in present:
                yield (
                    f"alter table `{table.database}`.`{table.name}`{on_cluster} "
                    f"add column if not exists `{name}` {data_type}"
                )


def _read(path: Path) -> Iterator[RawTable]:
    import yaml

    for source in (yaml.safe_load(path.read_text()) or {}).get("sources", []):
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
