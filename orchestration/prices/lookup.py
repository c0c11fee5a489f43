"""What a model costs, asked of the warehouse's own models.

The rule of names is in SQL alone (``int_model_matches``). Here its models are rendered as dbt
renders them, over the seeds as they lie in the project, so that the answer needs no build.
"""

import functools
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import chdb
import jinja2
import yaml

from orchestration import settings
from orchestration.prices.names import project_vars
from orchestration.prices.rows import PRICE_COLUMNS, ROW_COLUMNS, PriceRow, write_price_rows

__all__ = ["FoundPrice", "find_prices", "other_sellers"]

# In the order in which they rest on each other.
_MODELS = (
    "int_price_book",
    "int_model_names",
    "int_model_matches",
    "int_model_price_candidates",
)
_MACROS = ("macros/prices", "macros/conforming")


@dataclass(frozen=True, kw_only=True)
class FoundPrice:
    """A row of the price book that prices a model's calls.

    Attributes
    ----------
    row : PriceRow
        The price.
    price_source : str
        ``list``, ``history``, ``imported`` or ``override``.
    price_match : str
        How the name found it, as in ``fct_calls``.
    """

    row: PriceRow
    price_source: str
    price_match: str


def find_prices(
    imported: Sequence[PriceRow],
    model: str,
    *,
    provider: str = "",
    region: str = "",
    service_tier: str = "",
) -> list[FoundPrice]:
    """Return the prices of a model's calls, in the order in which a call tries them.

    Parameters
    ----------
    imported : sequence of PriceRow
        The prices that were imported into the warehouse.
    model, provider : str
        As a log names them.
    region, service_tier : str
        Where and how the calls were served; without a tier, of all tiers.

    Returns
    -------
    list of FoundPrice
        Most specific first, the newest list first, with what each tier and size costs.
    """
    requested = {
        "provider": provider,
        "model": model,
        "region": region.lower(),
        "service_tier": service_tier.lower(),
    }
    records = _ask(
        imported,
        requested,
        "int_model_price_candidates",
        f"""
        select
            price_model as model, price_provider as provider, {", ".join(ROW_COLUMNS[2:])},
            price_source, price_match
        from (
            select
                * except (model, provider, service_tier),
                price_tier as service_tier,
                min(tier_rank) over (
                    partition by scope_rank, price_source, listed_from, valid_to
                ) as nearest_tier_rank
            from int_model_price_candidates
        )
        where {"tier_rank = nearest_tier_rank" if service_tier else "true"}
        order by
            scope_rank, listed_from desc, price_source = 'list', valid_to asc nulls last,
            service_tier != 'standard', service_tier, above_input_tokens
        """,
    )
    return [
        FoundPrice(
            row=_price_row(record),
            price_source=record["price_source"],
            price_match=record["price_match"],
        )
        for record in records
    ]


def other_sellers(imported: Sequence[PriceRow], found: Sequence[FoundPrice]) -> list[str]:
    """Return who else lists the model that a name was found under.

    Parameters
    ----------
    imported : sequence of PriceRow
        The prices that were imported into the warehouse.
    found : sequence of FoundPrice
        What :func:`find_prices` found.

    Returns
    -------
    list of str
        Providers, in order of their names.
    """
    if not found:
        return []
    records = _ask(
        imported,
        {"model": found[0].row.model.lower()},
        "int_price_book",
        """
        select distinct provider from int_price_book
        where price_scope = 'book' and model = {model:String}
        order by provider
        """,
    )
    own = {price.row.provider for price in found}
    return [record["provider"] for record in records if record["provider"] not in own]


def _ask(
    imported: Sequence[PriceRow], requested: Mapping[str, str], model: str, query: str
) -> list[dict[str, Any]]:
    """Run a query over a model, in an engine of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "imported.csv"
        write_price_rows(file, imported)
        renderer = _Renderer(requested, file)
        engine = chdb.connect(":memory:")  # type: ignore[no-untyped-call]
        try:
            for name in _MODELS[: _MODELS.index(model) + 1]:
                engine.query(
                    f"create table {name} engine = Memory as {renderer.model(name)}",
                    params=dict(requested),
                )
            answer = engine.query(
                f"{query} settings output_format_json_quote_decimals = 1",
                "JSONEachRow",
                params=dict(requested),
            )
            return [json.loads(line) for line in str(answer).splitlines() if line]
        finally:
            engine.close()


def _price_row(record: Mapping[str, Any]) -> PriceRow:
    """Turn a row of the answer into a price."""
    maps = ("unit_prices_usd", "region_multipliers")
    return PriceRow(
        model=record["model"],
        provider=record["provider"],
        valid_from=date.fromisoformat(record["valid_from"]),
        valid_to=date.fromisoformat(record["valid_to"]) if record["valid_to"] else None,
        service_tier=record["service_tier"],
        above_input_tokens=int(record["above_input_tokens"]),
        is_cache_in_input=record["is_cache_in_input"],
        **{
            name: tuple(sorted((key, Decimal(amount)) for key, amount in record[name].items()))
            for name in maps
        },
        **{
            name: Decimal(record[name]) if record[name] is not None else None
            for name in PRICE_COLUMNS
        },
    )


class _Renderer:
    """Renders the project's models as dbt does, with what they refer to put in their place."""

    def __init__(self, requested: Mapping[str, str], imported: Path) -> None:
        self._requested = requested
        self._imported = imported
        self._environment = jinja2.Environment(
            extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined
        )
        self._environment.globals |= {
            "var": project_vars().__getitem__,
            "config": lambda **_: "",
            "ref": self._reference,
        }

    def model(self, name: str) -> str:
        """Return the SQL of a model."""
        path = settings.project_dir() / "models/intermediate/prices" / f"{name}.sql"
        template = _macros() + path.read_text(encoding="utf-8")
        return self._environment.from_string(template).render().strip()

    def _reference(self, name: str) -> str:
        """Return what stands for a relation."""
        if name == "int_calls__unioned":
            columns = ", ".join(f"{{{column}:String}} as {column}" for column in self._requested)
            return f"(select {columns}, true as is_billable)"
        if name == "stg_tokenhouse__price_imports":
            return _table(self._imported, _column_types("model_prices"))
        seed = settings.project_dir() / "seeds" / f"{name}.csv"
        return _table(seed, _column_types(name)) if seed.exists() else name


@functools.cache
def _macros() -> str:
    """Return the text of the macros that the models use."""
    return "".join(
        path.read_text(encoding="utf-8")
        for folder in _MACROS
        for path in sorted((settings.project_dir() / folder).glob("*.sql"))
    )


@functools.cache
def _column_types(seed: str) -> str:
    """Return the columns of a seed as a table function takes them."""
    path = settings.project_dir() / "seeds" / "_seeds.yml"
    seeds = yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    types = next(entry for entry in seeds if entry["name"] == seed)["config"]["column_types"]
    return ", ".join(f"{column} {type_}" for column, type_ in types.items())


def _table(path: Path, structure: str) -> str:
    """Return a CSV as a table function."""
    name = str(path).replace("\\", "\\\\").replace("'", "\\'")
    return f"file('{name}', CSVWithNames, '{structure}')"
