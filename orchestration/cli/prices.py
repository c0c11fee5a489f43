"""``tokenhouse prices``: import a price book, and look up what a model costs."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.prices.importing import ImportReport
    from orchestration.prices.litellm import PriceBook

__all__ = ["prices"]


@click.group()
def prices() -> None:
    """Import prices and look them up.

    The seed seeds/model_prices.csv prices the models in common use. For any other model, import
    LiteLLM's price book (model_prices_and_context_window.json, or its CSV). For prices of your own,
    such as a discount, fill in seeds/price_overrides.csv: it comes before both.

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
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Write every selected price to a CSV like the seed; leave the warehouse alone.",
)
def import_(
    file: Path,
    valid_from: datetime | None,
    models: tuple[str, ...],
    providers: tuple[str, ...],
    out: Path | None,
) -> None:
    """Import LiteLLM's price book FILE (JSON or CSV).

    A model that has no price yet gets one for all its past calls. A price that has changed holds
    from today (UTC), so what was computed before stays. A price that is the same is skipped:
    importing a file twice changes nothing.

    \b
    Examples:
      tokenhouse prices import model_prices_and_context_window.json
      tokenhouse prices import prices.json --provider mistral --provider groq
      tokenhouse prices import prices.json --model 'gpt-5*' --valid-from 2026-03-01
      tokenhouse prices import prices.json --model 'glm-*' --out glm.csv
    """
    first_day = valid_from.date() if valid_from else None
    if out:
        _write_csv(file, out, first_day, models, providers)
        return

    from orchestration.prices.importing import import_prices
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    with connect() as client:
        ensure_raw_tables(client)
        report = import_prices(
            client, file, valid_from=first_day, models=models, providers=providers
        )
    click.echo(
        f"{report.new_models} models new, {report.changed_models} with a new price, "
        f"{report.unchanged_models} unchanged; {report.written_rows} price rows written."
    )
    _echo_conversion(report)
    if report.written_rows:
        click.echo("They take effect in the next `tokenhouse build`.")


@prices.command()
@click.argument("model")
def show(model: str) -> None:
    """Show which price rows apply to MODEL, newest last.

    The newest row on the day of a call prices it, of the provider that the call names if there is
    one. An override comes before all others.

    MODEL is matched as a logged call's is: by its name, then without prefixes such as "groq/", then
    without its date. Prices are US dollars per million tokens; a row holds for calls with more
    input tokens than "above".

    \b
    Example:
      tokenhouse prices show anthropic/claude-sonnet-4-5-20250929
    """
    from orchestration.errors import BadInputError
    from orchestration.prices.known import (
        imported_price_rows,
        model_override_rows,
        price_rows_of,
        seed_price_rows,
    )
    from orchestration.prices.table import price_table
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    seeded = seed_price_rows()
    with connect() as client:
        ensure_raw_tables(client)
        imported = imported_price_rows(client)
    rows = [
        (row, "imported" if row in imported else "seed")
        for row in price_rows_of(model, [*seeded, *imported])
    ] + [(row, "override") for row in model_override_rows(model)]
    if not rows:
        raise BadInputError(
            f"No price for {model}: add it to seeds/price_overrides.csv, "
            "or import a price book that has it with `tokenhouse prices import FILE`."
        )
    click.echo(price_table(rows))


def _write_csv(
    file: Path,
    out: Path,
    valid_from: date | None,
    models: tuple[str, ...],
    providers: tuple[str, ...],
) -> None:
    """Convert a price book to a CSV like the seed."""
    from dataclasses import replace

    from orchestration.prices.importing import select_rows
    from orchestration.prices.litellm import read_price_book
    from orchestration.prices.rows import write_price_rows

    book = read_price_book(file)
    rows = select_rows(book.rows, file, models=models, providers=providers)
    if valid_from:
        rows = [replace(row, valid_from=valid_from) for row in rows]
    write_price_rows(out, rows)
    click.echo(f"{len(rows)} price rows written to {out}.")
    _echo_conversion(book)


def _echo_conversion(counts: "ImportReport | PriceBook") -> None:
    """Say what the conversion of the whole file left out or changed."""
    click.echo(
        f"In the file: {counts.unpriced_models} models without a price per token left out, "
        f"{counts.duplicate_models} listed twice, {counts.rounded_prices} prices rounded to 6 "
        f"decimals, {counts.scaled_prices} prices above a threshold taken from the base price."
    )
