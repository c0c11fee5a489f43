"""LiteLLM's whole table as requests: priced by tokenhouse, and by the table's own fields in Python.

python tests/benchmarks/compare_litellm.py

One request per priced model and shape that its entry states. Prints how many are right with the
price book as it is shipped and after an import of the table, and the rest with the reasons, to
docs/accuracy/prices.md. Exits with 1 below 99% of a shape, or if an import leaves one wrong.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from litellm_costs import cost_of, priced_entries, table_path
from orchestration import settings
from orchestration.warehouse.client import connect

__all__ = ["COSTS", "SHAPES", "Wrong", "expected_costs", "write_requests", "wrong_requests"]

DOC = settings.project_dir() / "docs" / "accuracy" / "prices.md"
# A day on which the table held, after every change that the book knows of.
DAY = "2026-11-02"
SHAPES: dict[str, dict[str, Any]] = {
    "plain": {"input_tokens": 100_000, "output_tokens": 10_000},
    "large": {"input_tokens": 600_000, "output_tokens": 10_000},
    "batch": {"input_tokens": 10_000, "output_tokens": 1_000, "tier": "batch"},
    "priority": {"input_tokens": 10_000, "output_tokens": 1_000, "tier": "priority"},
    "cached": {
        "input_tokens": 30_000,
        "output_tokens": 1_000,
        "cache_read": 20_000,
        "cache_write": 4_000,
    },
}
COSTS = "select call_id, cost_usd, price_id from marts.fct_calls"
LEAST_RIGHT = 0.99
HEADER = (
    *("call_id", "run_id", "workflow_id", "called_at", "model", "provider"),
    *("service_tier", "input_tokens", "cache_read_tokens", "cache_write_5m_tokens"),
    *("output_tokens", "is_cache_in_input"),
)


@dataclass(frozen=True)
class Wrong:
    """A request that is not priced as the table says.

    Attributes
    ----------
    shape, name : str
        Of the request and of its model.
    expected : Decimal
        Its cost by the table's fields.
    cost : Decimal or None
        Its cost by the warehouse.
    price_id : str
        The price that it met.
    """

    shape: str
    name: str
    expected: Decimal
    cost: Decimal | None
    price_id: str

    @property
    def reason(self) -> str:
        """Why, as far as the price that was met says it."""
        if self.cost is None:
            return "no price is known by this name"
        if self.price_id.startswith("history:"):
            return "an announced price of that day, which the table does not have"
        if self.price_id.rpartition(":")[2].isdigit():
            return "a price of large requests, which an earlier table had and this one does not"
        return "an earlier table had another price"


def expected_costs() -> dict[str, Decimal]:
    """Return the cost of each request by its id."""
    return {
        f"{shape}|{name}": cost_of(entry, **SHAPES[shape])
        for name, entry in priced_entries()
        for shape in _shapes_of(entry)
    }


def write_requests(path: Path) -> None:
    """Write the requests as anyone's logs."""
    entries = dict(priced_entries())
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for call_id in expected_costs():
            shape, name = call_id.split("|", 1)
            request = SHAPES[shape]
            writer.writerow(
                [
                    *(call_id, shape, "litellm", f"{DAY}T12:00:00Z", name),
                    *(entries[name]["litellm_provider"], request.get("tier", "")),
                    *(request["input_tokens"], request.get("cache_read", 0)),
                    *(request.get("cache_write", 0), request["output_tokens"], "true"),
                ]
            )


def wrong_requests(rows: list[dict[str, Any]]) -> list[Wrong]:
    """Return the requests whose cost is not as expected, given rows of :data:`COSTS`."""
    costs = {row["call_id"].split("/", 1)[1]: row for row in rows}
    expected = expected_costs()
    if costs.keys() != expected.keys():
        raise ValueError("Some requests were not read.")
    return [
        Wrong(*call_id.split("|", 1), cost, costs[call_id]["cost_usd"], costs[call_id]["price_id"])
        for call_id, cost in expected.items()
        if costs[call_id]["cost_usd"] is None
        # The book keeps 9 decimals of a price per million tokens.
        or abs(costs[call_id]["cost_usd"] - cost) > Decimal("1e-9") + cost / 10**8
    ]


def _shapes_of(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the shapes of requests for which the entry itself states the price."""
    yield "plain"
    if "output_cost_per_token" in entry:
        yield "large"
    for tier, suffix in (("batch", "_batches"), ("priority", "_priority")):
        if all(entry.get(f"{kind}_cost_per_token{suffix}") for kind in ("input", "output")):
            yield tier
    if entry.get("cache_read_input_token_cost") and entry.get("cache_creation_input_token_cost"):
        yield "cached"


def _run(*command: str) -> None:
    done = subprocess.run(["tokenhouse", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def _built_costs() -> list[Wrong]:
    options = ("--vars", "{sources: [generic]}", "--select", "+fct_calls", "--")
    _run("build", *options, "--exclude-resource-type", "test", "unit_test")
    with connect() as client:
        return wrong_requests([*client.query(COSTS).named_results()])


def _document(before: list[Wrong], after: list[Wrong]) -> str:
    counts = Counter(call_id.split("|", 1)[0] for call_id in expected_costs())
    lines = [
        "# LiteLLM's table as requests",
        "",
        "Written by `python tests/benchmarks/compare_litellm.py`: a request per priced model of",
        "the table that the locked `litellm` carries, and per shape that its entry states; its",
        "cost by the warehouse and by an own reading of the entry in Python.",
        "",
        "| Shape | Requests | right as shipped | right after `tokenhouse prices import` |",
        "|---|--:|--:|--:|",
    ]
    for shape, count in counts.items():
        right = [count - sum(each.shape == shape for each in wrong) for wrong in (before, after)]
        shares = " | ".join(f"{number:,} ({number / count:.2%})" for number in right)
        lines.append(f"| {shape} | {count:,} | {shares} |")
    lines += ["", "## The rest", ""]
    if before:
        lines += ["| Model | Shape | by the table | as shipped | Why |", "|---|---|--:|--:|---|"]
        lines += [
            f"| `{each.name}` | {each.shape} | {each.expected.normalize():f} | "
            f"{'unknown' if each.cost is None else f'{each.cost.normalize():f}'} | {each.reason} |"
            for each in before
        ]
    else:
        lines.append("None: every request is right as shipped.")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Price the table before and after an import, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-doc", action="store_true", help="print it only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOKENHOUSE_HOME"] = str(Path(folder) / "home")
        requests = Path(folder) / "requests.csv"
        write_requests(requests)
        _run("load", str(requests))
        before = _built_costs()
        _run("prices", "import", str(table_path()), "--valid-from", "1970-01-01")
        after = _built_costs()
    document = _document(before, after)
    print(document)
    if not options.no_doc:
        DOC.write_text(document, encoding="utf-8")
    counts = Counter(call_id.split("|", 1)[0] for call_id in expected_costs())
    wrong = Counter(each.shape for each in before)
    is_enough = all(wrong[shape] <= (1 - LEAST_RIGHT) * count for shape, count in counts.items())
    return 0 if is_enough and not after else 1


if __name__ == "__main__":
    sys.exit(main())
