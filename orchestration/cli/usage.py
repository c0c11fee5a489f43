"""``tokenhouse usage``: what coding agents used by day, week, month, session and window."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.reporting.usage import UsageFilter

__all__ = ["usage"]

_DATE = click.DateTime(["%Y%m%d", "%Y-%m-%d"])


@click.command()
@click.argument("period", type=click.Choice(["daily", "weekly", "monthly", "session", "window"]))
@click.option("--json", "-j", "as_json", is_flag=True, help="Print JSON, with ccusage's keys.")
@click.option("--since", "-s", type=_DATE, metavar="DATE", help="First UTC day, as 20260131.")
@click.option("--until", "-u", type=_DATE, metavar="DATE", help="Last UTC day.")
@click.option(
    "--order",
    "-o",
    type=click.Choice(["asc", "desc"]),
    default="asc",
    show_default=True,
    help="Oldest or newest first.",
)
@click.option("--breakdown", "-b", is_flag=True, help="Show what each model used.")
@click.option("--project", "-p", default="", help="Only this project.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="Only this coding agent, e.g. claude_code; may be repeated.",
)
@click.option("--active", "-a", is_flag=True, help="Of windows only those that are not over.")
def usage(
    *,
    period: str,
    as_json: bool,
    since: datetime | None,
    until: datetime | None,
    order: str,
    breakdown: bool,
    project: str,
    sources: tuple[str, ...],
    active: bool,
) -> None:
    """Show what coding agents used, as ccusage does: by PERIOD, with tokens and cost.

    PERIOD is daily, weekly, monthly, session or window. Days are UTC, weeks begin on Sunday (var
    usage_windows). A window is five hours from the hour of its first call. The one that is not
    over at the last call of the data has a burn rate and a projection; limits come from the seed
    usage_limits. docs/accuracy/usage.md explains every difference from ccusage's figures.

    \b
    tokenhouse usage daily --since 20260601
    tokenhouse usage window --active --json
    """
    from orchestration.errors import BadInputError
    from orchestration.reporting.usage import UsageFilter
    from orchestration.warehouse.reading import connect_to_read

    if active and period != "window":
        raise BadInputError("--active is about windows: leave it out, or show `usage window`.")
    if project and period == "window":
        raise BadInputError("A window has the calls of all projects: leave --project out.")
    chosen = UsageFilter(
        sources,
        project,
        since.date() if since else None,
        until.date() if until else None,
        order == "desc",
    )
    with connect_to_read() as reading:
        document = _document(reading.client, period, chosen, is_active=active)
        if reading.note:
            click.echo(reading.note, err=True)
    if as_json:
        click.echo(json.dumps(document, indent=2))
        return
    from orchestration.cli.tables import print_table
    from orchestration.reporting.usage_tables import period_table, window_table

    table = window_table(document) if period == "window" else period_table(document, breakdown)
    print_table(table)


def _document(
    client: Any, period: str, chosen: "UsageFilter", *, is_active: bool
) -> dict[str, Any]:
    if period == "window":
        from orchestration.reporting.usage_windows import usage_windows

        return usage_windows(client, chosen, is_active=is_active)
    from orchestration.reporting.usage import usage as usage_by

    return usage_by(client, period, chosen)
