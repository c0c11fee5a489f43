"""``tokenhouse prices``: import a price table, and look up what a model costs."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.journal import Entry
    from orchestration.prices.importing import ImportReport

__all__ = ["prices"]

# Changes that are listed one by one; a whole table has hundreds.
LISTED_CHANGES = 20


@click.group()
def prices() -> None:
    """Import prices and look them up.

    The seed seeds/model_prices.csv is LiteLLM's table as of its day, seeds/price_history.csv what
    it cannot say. For later prices import a newer table (model_prices_and_context_window.json, or
    its CSV). For prices of your own, such as a discount, fill in seeds/price_overrides.csv: it
    comes before both. Deployments with names of their own go into seeds/model_aliases.csv.

    Prices take effect in the next `tokenhouse build`. `mart_unmapped_models` lists the models that
    still have none.
    """


@prices.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First UTC day of every price written (YYYY-MM-DD), instead of the rule above.",
)
@click.option(
    "--changed-from",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First UTC day of prices that changed, instead of today: the day of the table.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="GLOB",
    help="Only models whose name, or provider/name, matches; may be repeated.",
)
@click.option(
    "--provider",
    "providers",
    multiple=True,
    metavar="NAME",
    help="Only this provider's models, e.g. openai; may be repeated.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Merge into a CSV like the seed model_prices; leave the warehouse alone.",
)
def import_(
    *,
    file: Path,
    valid_from: datetime | None,
    changed_from: datetime | None,
    models: tuple[str, ...],
    providers: tuple[str, ...],
    into: Path | None,
) -> None:
    """Import LiteLLM's price table FILE (JSON or CSV).

    A model that has no price yet gets one for all its past calls. A price that has changed holds
    from today (UTC), so what was computed before stays. A price that is the same is skipped:
    importing a file twice changes nothing. Tables of several days make periods.

    \b
    Examples:
      tokenhouse prices import model_prices_and_context_window.json
      tokenhouse prices import prices.json --provider mistral --provider groq
      tokenhouse prices import prices.json --model 'gpt-5*' --valid-from 2026-03-01
      tokenhouse prices import prices.json --into seeds/model_prices.csv
    """
    from orchestration import journal
    from orchestration.prices.importing import import_prices, merge_into_csv
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    selection: dict[str, Any] = {
        "valid_from": valid_from.date() if valid_from else None,
        "changed_from": changed_from.date() if changed_from else None,
        "models": models,
        "providers": providers,
    }
    if into:
        _echo_report(merge_into_csv(into, file, **selection))
        return
    with connect() as client:
        ensure_raw_tables(client)
        report = import_prices(client, file, **selection)
    _echo_report(report)
    if report.merge.rows:
        journal.write([_imported(report, file)])
        click.echo("They take effect in the next `tokenhouse build`.")


@prices.command()
@click.argument("model")
@click.option("--provider", default="", help="Who sells it, as a log names it, e.g. azure.")
@click.option("--region", default="", help="Where calls were served, e.g. eu.")
@click.option("--tier", default="", help="Only what calls at this service tier cost, e.g. batch.")
def show(model: str, provider: str, region: str, tier: str) -> None:
    """Show which prices apply to calls of MODEL, in the order in which a call tries them.

    The first that holds on the day of a call, for its tier and the size of its input, prices it.
    MODEL is found as a logged call's is, by the same models of the warehouse: as it is written,
    without a router's prefix, in another spelling, without its release. Prices are US dollars per
    million tokens, or per unit; a row holds for calls with more input tokens than "above".

    \b
    Example:
      tokenhouse prices show anthropic/claude-sonnet-4-5-20250929
      tokenhouse prices show gpt-4o --provider azure --region eu
    """
    from orchestration.errors import BadInputError
    from orchestration.prices.known import imported_price_rows
    from orchestration.prices.lookup import find_prices, other_sellers
    from orchestration.prices.table import price_table
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    with connect() as client:
        ensure_raw_tables(client)
        imported = imported_price_rows(client)
    found = find_prices(imported, model, provider=provider, region=region, service_tier=tier)
    if not found:
        raise BadInputError(
            f"No price for {model}: add it to seeds/price_overrides.csv or "
            "seeds/model_aliases.csv, or import a price table that has it with "
            "`tokenhouse prices import FILE`."
        )
    click.echo(price_table(found))
    click.echo(f"\n{model} is matched: {found[0].price_match}.")
    others = other_sellers(imported, found)
    if others:
        click.echo(f"Also sold by {', '.join(others)}: --provider NAME shows their prices.")


def _imported(report: "ImportReport", file: Path) -> "Entry":
    """Return the journal's entry of an import."""
    from orchestration.journal import Entry, new_version

    merge = report.merge
    return Entry(
        asset=["raw", "price_imports"],
        by="tokenhouse prices import",
        version=new_version(),
        facts={
            "file": file.name,
            "rows_written": len(merge.rows),
            "models_new": merge.new_models,
            "models_with_a_new_price": len(merge.changes),
        },
    )


def _echo_report(report: "ImportReport") -> None:
    """Say what changed, and what the conversion of the whole file left out or changed."""
    from orchestration.prices.table import change_text

    merge, book = report.merge, report.book
    for change in merge.changes[:LISTED_CHANGES]:
        click.echo(change_text(change))
    if len(merge.changes) > LISTED_CHANGES:
        click.echo(f"and {len(merge.changes) - LISTED_CHANGES} more.")
    click.echo(
        f"{merge.new_models} models new, {len(merge.changes)} with a new price, "
        f"{merge.completed_models} with prices in addition, {merge.unchanged_models} unchanged; "
        f"{len(merge.rows)} price rows written."
    )
    click.echo(
        f"In the file: {book.unpriced_models} models without a price left out, "
        f"{book.duplicate_models} listed twice, {book.rounded_prices} prices rounded to 9 "
        f"decimals, {book.scaled_prices} prices of tiers taken from the base price."
    )
