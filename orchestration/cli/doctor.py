"""``tokenhouse doctor``: check the installation, the warehouse and the data."""

import sys
from typing import Any

import click

__all__ = ["doctor"]


@click.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text for people (default), json for scripts.",
)
def doctor(format_name: str) -> None:
    """Show what is installed, whether the warehouse opens, what is loaded, stale or doubtful.

    Exits with 0 if the warehouse opens and every package is installed, else with 1. Stale or
    doubtful data, missing prices and interrupted work are reported, each with what to do, but are
    not a failure.
    """
    from orchestration.reporting.health import diagnose

    report = diagnose()
    if format_name == "json":
        import json

        click.echo(json.dumps(report, indent=2, default=lambda moment: moment.isoformat()))
    elif sys.stdout.isatty():
        _show(report)
    else:
        _print(report)
    missing = [name for name, number in report["versions"].items() if number is None]
    sys.exit(1 if report["problem"] or missing else 0)


def _facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the name and value of each line above the tables."""
    facts = [(name, number or "not installed") for name, number in report["versions"].items()]
    facts += [
        ("project", report["project"]),
        ("home", report["home"]),
        ("target", report["target"]),
    ]
    if report["data_directory"]:
        megabytes = report["data_bytes"] / 1e6
        facts.append(("data directory", f"{report['data_directory']} ({megabytes:,.1f} MB)"))
    if report["is_connected"]:
        facts.append(("connection", f"works, ClickHouse {report['clickhouse_version']}"))
        if report["snapshot_at"]:
            facts.append(("readers see", f"the build of {_moment(report['snapshot_at'])} UTC"))
        if report["note"]:
            facts.append(("note", report["note"]))
        if report["problem"]:
            facts.append(("problem", report["problem"]))
    else:
        facts.append(("connection", f"FAILS: {report['problem']}"))
    return facts


def _advice(report: dict[str, Any]) -> list[str]:
    """Return what to do next, one sentence each."""
    if not report["is_connected"]:
        return []
    if not report["loaded"]:
        return ["Nothing is loaded yet: run `tokenhouse load PATH`, or `tokenhouse demo`."]
    advice = [
        f"{finding['name']}: {finding['count']:,} ({finding['remedy']})."
        for finding in report["findings"]
    ]
    advice += report["stale"]
    if report["has_unbuilt_loads"]:
        advice.append("Logs were loaded after the last build: run `tokenhouse build`.")
    return advice


def _tables(report: dict[str, Any]) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return title, header and rows of the two tables."""
    loaded = [
        [
            row["source"],
            row["entity"],
            f"{row['files']:,}",
            f"{row['rows']:,}",
            f"{row['rejected_rows']:,}",
            f"{row['failed_files']:,}",
            _moment(row["last_loaded_at"]),
        ]
        for row in report["loaded"]
    ]
    built = [
        [row["layer"], f"{row['tables']:,}", f"{row['rows']:,}", _moment(row["last_built_at"])]
        for row in report["built"]
    ]
    header = ["source", "raw table", "files", "rows", "rejected", "failed files", "last load (UTC)"]
    return [
        ("Loaded", header, loaded),
        ("Built", ["layer", "tables", "rows", "last build (UTC)"], built),
    ]


def _moment(value: Any) -> str:
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else "never"


def _print(report: dict[str, Any]) -> None:
    """Print tab-separated lines, for pipes and logs."""
    for name, value in _facts(report):
        click.echo(f"{name}\t{value}")
    for title, header, rows in _tables(report):
        if rows:
            click.echo(f"\n{title}")
            for row in [header, *rows]:
                click.echo("\t".join(row))
    for sentence in _advice(report):
        click.echo(f"\n{sentence}")


def _show(report: dict[str, Any]) -> None:
    """Print tables, for a terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    facts.add_column(style="bold")
    facts.add_column(overflow="fold")
    for name, value in _facts(report):
        facts.add_row(name, value)
    console.print(facts)
    for title, header, rows in _tables(report):
        if not rows:
            continue
        table = Table(title=title, title_justify="left")
        for name in header:
            is_number = name in {"files", "rows", "rejected", "failed files", "tables"}
            table.add_column(name, justify="right" if is_number else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for sentence in _advice(report):
        console.print(sentence)
