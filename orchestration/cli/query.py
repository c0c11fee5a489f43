"""``tokenhouse query``: run SQL on the warehouse, with ClickHouse's output formats."""

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from orchestration.cli.output import FORMULAS, Neutralised, replacing
from orchestration.errors import BadInputError, UserError

__all__ = ["output_format", "query"]

# Short names; any other name is passed to ClickHouse unchanged.
FRIENDLY_FORMATS = {
    "tsv": "TSVWithNames",
    "csv": "CSVWithNames",
    "json": "JSON",
    "jsonl": "JSONEachRow",
    "ndjson": "JSONEachRow",
    "pretty": "PrettyCompact",
    "parquet": "Parquet",
    "markdown": "Markdown",
    "vertical": "Vertical",
}
BINARY_FORMATS = ("Parquet", "Arrow", "ArrowStream", "ORC", "Avro", "Native", "RowBinary")
CHUNK_BYTES = 1 << 20

LEADING_COMMENTS = re.compile(r"^(\s+|--[^\n]*(\n|$)|/\*.*?\*/)+", re.DOTALL)
RETURNS_ROWS = re.compile(
    r"\(|(select|with|from|show|describe|desc|explain|exists|values|check)\b", re.IGNORECASE
)
OWN_FORMAT = re.compile(r"\bformat\s+(\w+)\s*(?:settings\b[^'\"]*)?$", re.IGNORECASE)


@click.command()
@click.argument("sql")
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help="TSV, CSV (both with a header), JSON (one document), JSONL, Pretty, Parquet, Markdown, "
    "Vertical, or any output format of ClickHouse. Default: Pretty on a terminal, else TSV.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to a file instead of standard output.",
)
@FORMULAS
def query(sql: str, format_name: str | None, output: Path | None, formulas: bool) -> None:
    """Run SQL on the warehouse and print the result.

    SQL is one statement of ClickHouse's SQL, or - to read it from standard input.

    \b
    tokenhouse query "select * from marts.run_analytics limit 5"
    tokenhouse query "select * from marts.run_analytics" --format Parquet --output runs.parquet
    tokenhouse query - --format CSV < report.sql

    While a build runs, the answer is of the state before it; a line on standard error says so.

    For reading. A statement that writes is not prevented: `tokenhouse serve` is for readers who
    must not change anything. JSONL is printed while the query runs, other formats when it is done.
    """
    statement = read_statement(sql)
    chosen = output_format(statement, format_name, is_terminal=output is None and _on_terminal())
    if output is None and chosen in BINARY_FORMATS and _on_terminal():
        raise BadInputError(
            f"{chosen} is a binary format: add --output FILE, or pipe it to another program."
        )
    target = contextlib.nullcontext(sys.stdout.buffer) if output is None else replacing(output)
    with _open(statement) as client, target as file:
        own = OWN_FORMAT.search(statement)
        written = (chosen or (own[1] if own else "")).lower()
        is_csv = written.startswith("csv") and not formulas
        _write(client, statement, chosen, Neutralised(file).as_file() if is_csv else file)


def read_statement(sql: str) -> str:
    """Return the statement to run.

    Parameters
    ----------
    sql : str
        The statement, or ``-`` for standard input.

    Returns
    -------
    str
        The statement without the semicolon at its end.

    Raises
    ------
    BadInputError
        If it is empty.
    """
    text = sys.stdin.read() if sql == "-" else sql
    statement = text.strip().rstrip(";").rstrip()
    if not LEADING_COMMENTS.sub("", statement):
        raise BadInputError(
            'There is no SQL to run: give it as an argument, such as "select 1", or - for stdin.'
        )
    return statement


def output_format(statement: str, format_name: str | None, is_terminal: bool) -> str | None:
    """Choose the output format of a statement.

    Parameters
    ----------
    statement : str
        The SQL.
    format_name : str or None
        What the user asked for.
    is_terminal : bool
        Whether a person reads the result.

    Returns
    -------
    str or None
        ClickHouse's name of the format; None if the statement names its own or returns no rows.

    Raises
    ------
    BadInputError
        If both the statement and the option name a format.
    """
    if OWN_FORMAT.search(statement):
        if format_name:
            raise BadInputError(
                "The SQL already ends with FORMAT: leave out either that or --format."
            )
        return None
    if not RETURNS_ROWS.match(LEADING_COMMENTS.sub("", statement)):
        return None
    name = format_name or ("Pretty" if is_terminal else "TSV")
    return FRIENDLY_FORMATS.get(name.lower(), name)


@contextlib.contextmanager
def _open(statement: str) -> Iterator[Any]:
    """Open a client that fits the statement: one that returns rows need not wait for a build."""
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.reading import connect_to_read

    if not RETURNS_ROWS.match(LEADING_COMMENTS.sub("", statement)):
        with connect() as client:
            yield client
        return
    with connect_to_read() as reading:
        if reading.note:
            click.echo(reading.note, err=True)
        yield reading.client


def _write(client: Any, statement: str, format_name: str | None, target: BinaryIO) -> None:
    """Copy the result to the target in chunks."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    try:
        with client.raw_stream(statement, fmt=format_name) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                target.write(chunk)
    except ClickHouseError as error:
        raise UserError(f"ClickHouse refused the query: {_message(str(error))}") from error
    target.flush()


def _message(text: str) -> str:
    """Return ClickHouse's own words from an error of its client, on one line."""
    words = re.sub(r"\s+", " ", text.split("Stack trace", maxsplit=1)[0])
    words = re.sub(r" \(version [\d.]+( \([\w ]+\))?\)", "", words).strip()
    match = re.match(r".*DB::\w*Exception: (.+)", words)
    # The list of all tokens that could have followed is of no use.
    message = re.sub(r" Expected one of: .*(?= \([A-Z_]+\))", "", match[1] if match else words)
    return re.sub(r"(?:( \([A-Z_]+\))\.?)+$", r"\1", message)


def _on_terminal() -> bool:
    return sys.stdout.isatty()
