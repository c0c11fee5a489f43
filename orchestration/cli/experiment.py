"""``tokenhouse experiment``: experiments before they are run."""

import click

from orchestration.errors import BadInputError

__all__ = ["experiment"]

_METRICS = (
    "success_share",
    "avg_rating",
    "error_share",
    "cost_per_message_usd",
    "avg_latency_ms",
    "tokens_per_message",
)


@click.group()
def experiment() -> None:
    """Plan experiments on the warehouse's own traffic."""


@experiment.command("plan")
@click.option("--metric", type=click.Choice(_METRICS), required=True, help="What it is to move.")
@click.option(
    "--min-effect",
    type=float,
    required=True,
    help="Smallest effect that matters: 0.03 is 3 points of a share, 0.03 stars, or 3% of a cost.",
)
@click.option(
    "--unit",
    type=click.Choice(["user", "conversation"]),
    default="user",
    show_default=True,
    help="What will be assigned to variants.",
)
@click.option("--variants", type=click.IntRange(2), default=2, show_default=True)
@click.option(
    "--days", type=click.IntRange(7), default=90, show_default=True, help="Last days to plan with."
)
@click.option("--workflow", default="", help="Only this workflow.")
def plan_command(
    *, metric: str, min_effect: float, unit: str, variants: int, days: int, workflow: str
) -> None:
    """Say how many users an experiment needs, and how many days they take to come.

    \b
    tokenhouse experiment plan --metric success_share --min-effect 0.03
    """
    from orchestration.experiments import plan
    from orchestration.experiments.words import in_words
    from orchestration.warehouse.reading import connect_to_read

    if min_effect <= 0:
        raise BadInputError("--min-effect is a positive number, such as 0.03.")
    with connect_to_read() as reading:
        made = plan(
            reading.client,
            metric,
            min_effect,
            unit=unit,
            variants=variants,
            window_days=days,
            workflow=workflow,
        )
        if reading.note:
            click.echo(reading.note, err=True)
    click.echo(in_words(made))
