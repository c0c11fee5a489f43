"""``tokenhouse deliver``: tell people what is new."""

import time

import click

__all__ = ["deliver"]


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send and write nothing.")
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME",
    help="Only this channel, e.g. slack or email:report; may be repeated.",
)
@click.option("--test", "is_test", is_flag=True, help="Send a test to each configured channel.")
@click.pass_context
def deliver(
    ctx: click.Context, /, *, dry_run: bool, channels: tuple[str, ...], is_test: bool
) -> None:
    """Tell Slack, webhooks, mailboxes and files which alerts are new, still hold, or are over.

    Who is notified of what, when and how often is in the seed delivery_rules. A channel gets
    nothing until the environment configures it, and nothing that is older than that.

    \b
    TOKENHOUSE_SLACK_WEBHOOK_URL=… tokenhouse deliver --test
    tokenhouse deliver --dry-run
    tokenhouse deliver                          once; Dagster does it after builds and on a schedule
    """
    from orchestration.errors import BadInputError

    if is_test and dry_run:
        raise BadInputError("--test sends, and --dry-run does not: give one of them.")
    if is_test:
        ctx.exit(_test(channels))
    elif dry_run:
        _show(channels)
    else:
        ctx.exit(_deliver(channels))


def _deliver(channels: tuple[str, ...]) -> int:
    from orchestration.delivery.deliver import deliver as run

    reports = run(channels)
    if not reports:
        _nothing()
    for report in reports:
        counts = f"{len(report.sent)} sent, {report.waiting} waiting"
        if report.failed:
            counts += f", {len(report.failed)} failed and tried again later"
        if report.given_up:
            counts += f", {len(report.given_up)} given up"
        click.echo(f"{report.channel}: {counts}; {report.history} older than the channel.")
        if report.problem:
            click.echo(f"{report.channel}: {report.problem}", err=True)
    return int(any(report.failed or report.given_up or report.problem for report in reports))


def _show(channels: tuple[str, ...]) -> None:
    from orchestration.delivery.deliver import preview
    from orchestration.delivery.notices import headline

    found = preview(channels)
    if not found:
        _nothing()
    for channel, messages in found.items():
        click.echo(f"{channel}: {len(messages)} messages")
        for message in messages:
            for row in message.deliveries:
                click.echo(f"  {row.event}, {row.severity}: {headline(row)}")


def _test(channels: tuple[str, ...]) -> int:
    from orchestration.delivery.deliver import configured_channels
    from orchestration.delivery.http import DeliveryError
    from orchestration.delivery.ledger import project_limits
    from orchestration.delivery.sending import send, test_message

    found = configured_channels(channels)
    if not found:
        _nothing()
    code, seconds = 0, project_limits().timeout_seconds
    for channel in found:
        now = time.time()
        try:
            note = send(channel, test_message(channel.name, now), now, seconds)
        except DeliveryError as error:
            click.echo(f"{channel.name}: {error}", err=True)
            code = 1
        else:
            click.echo(f"{channel.name}: sent{f'; {note}' if note else ''}.")
    return code


def _nothing() -> None:
    click.echo("No channel is configured, so nothing is sent: see docs/delivery.md.")
