"""Run ccusage and tokenhouse on the same transcripts, explain every difference and write the doc.

python tests/benchmarks/compare_ccusage.py
python tests/benchmarks/compare_ccusage.py FOLDER --no-doc

ccusage comes from npm (`npx ccusage@18.0.11`) and runs offline, with the prices that it carries.
What it does with a transcript is done a second time here, line by line, so that each difference is
one of a few reasons; what none of them explains stands in a column of its own.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.warehouse.client import connect

VERSION = "18.0.11"
TRANSCRIPTS = settings.project_dir().parent / "shared" / "data" / "claude_code"
DOC = settings.project_dir() / "docs" / "accuracy" / "ccusage.md"
MILLION = 1_000_000
CALLS = """
    select
        splitByChar('/', call_id)[2] as message_id, model, toStartOfMonth(called_date) as month,
        price_id, cache_write_1h_tokens, output_tokens, cost_usd
    from marts.fct_calls
    where source = 'claude_code' and is_billable
"""
PRICES = """
    select distinct
        price.price_id as price_id, price.input as input_tokens, price.output as output_tokens,
        price.cache_read as cache_read_input_tokens,
        price.cache_write_5m as cache_creation_input_tokens,
        price.cache_write_1h - price.cache_write_5m as hour_surcharge
    from (select arrayJoin(prices) as price from intermediate.int_model_prices)
"""

Cell = tuple[str, str]
"""Month and model."""


@dataclass
class Row:
    """What both say of a month and model, and by what they differ, in US dollars."""

    ccusage: Decimal = Decimal(0)
    tokenhouse: Decimal = Decimal(0)
    calls: int = 0
    reasons: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def unexplained(self) -> Decimal:
        """Return what is left when all reasons are taken off."""
        return self.tokenhouse - self.ccusage - sum(self.reasons.values(), Decimal(0))


REASONS = {
    "later lines": "output tokens that later lines of an answer add to its first one",
    "one-hour writes": "cache writes that last an hour, at their price instead of the 5-minute one",
    "nested calls": "calls of sub-agents that stand in the session's progress lines alone",
    "saved again": "lines without a request id, which ccusage counts as often as they were saved",
}
COUNTERS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)


def unpack(transcripts: Path, config: Path) -> None:
    """Write the transcripts where ccusage looks for them."""
    for path in transcripts.rglob("*.jsonl*"):
        target = config / "projects" / path.relative_to(transcripts).with_suffix("")
        target = target if path.suffix == ".gz" else target.with_suffix(".jsonl")
        target.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
        target.write_bytes(gzip.decompress(content) if path.suffix == ".gz" else content)


def ccusage_report(config: Path) -> tuple[dict[Cell, Decimal], float]:
    """Return what ccusage says by month and model, and how long it took."""
    command = ["npx", "--yes", f"ccusage@{VERSION}", "monthly"]
    command += ["--json", "--breakdown", "--offline", "--timezone", "UTC"]
    environment = os.environ | {"CLAUDE_CONFIG_DIR": str(config)}
    subprocess.run([*command[:3], "--version"], check=True, capture_output=True)
    started = time.monotonic()
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    seconds = time.monotonic() - started
    months = json.loads(done.stdout, parse_float=Decimal)["monthly"]
    return {
        (month["month"], model["modelName"]): Decimal(model["cost"])
        for month in months
        for model in month["modelBreakdowns"]
    }, seconds


def counted_lines(config: Path) -> dict[str, list[dict[str, Any]]]:
    """Return by message the tokens that ccusage counts, each time with its line's timestamp.

    It reads files in the order of their earliest time, lines of the top level alone, and takes the
    first line that it meets of a message and request; without a request every line.
    """
    files = []
    for path in sorted(config.rglob("*.jsonl")):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        times = [line["timestamp"] for line in lines if line.get("timestamp")]
        files.append((min(times, default="9999"), lines))
    counted: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, lines in sorted(files, key=lambda file: file[0]):
        for line in lines:
            message = line.get("message")
            usage = message.get("usage") if isinstance(message, dict) else None
            if usage and (not line.get("requestId") or message["id"] not in counted):
                tokens = {name: usage.get(name) or 0 for name in COUNTERS}
                counted[message["id"]].append(tokens | {"timestamp": line["timestamp"]})
    return counted


def tokenhouse_calls(transcripts: Path, home: Path) -> tuple[list[dict], dict[str, dict], float]:
    """Load and build a warehouse; return its calls, its prices, and how long both took."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    started = time.monotonic()
    subprocess.run(["tokenhouse", "load", str(transcripts)], check=True, capture_output=True)
    subprocess.run(
        [
            *(
                "tokenhouse",
                "build",
                "--select",
                "+fct_calls",
                "--vars",
                "{sources: [claude_code]}",
            ),
            *("--", "--exclude-resource-type", "test", "unit_test"),
        ],
        check=True,
        capture_output=True,
    )
    seconds = time.monotonic() - started
    with connect() as client:
        calls = list(client.query(CALLS).named_results())
        prices = {row["price_id"]: row for row in client.query(PRICES).named_results()}
    return calls, prices, seconds


def compare(
    reported: dict[Cell, Decimal],
    counted: dict[str, list[dict[str, Any]]],
    calls: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
) -> dict[Cell, Row]:
    """Return both costs by month and model, and the differences by reason."""
    rows: dict[Cell, Row] = defaultdict(Row)
    for cell, cost in reported.items():
        rows[cell].ccusage = cost
    for call in calls:
        row = rows[str(call["month"])[:7], call["model"]]
        price = prices[call["price_id"]]
        row.calls += 1
        row.tokenhouse += call["cost_usd"]
        theirs = counted.get(call["message_id"])
        if theirs is None:
            row.reasons["nested calls"] += call["cost_usd"]
            continue
        again = [usage[name] * price[name] for usage in theirs[1:] for name in COUNTERS]
        row.reasons["saved again"] -= sum(again, Decimal(0)) / MILLION
        added = call["output_tokens"] - theirs[0]["output_tokens"]
        row.reasons["later lines"] += added * price["output_tokens"] / MILLION
        surcharge = call["cache_write_1h_tokens"] * price["hour_surcharge"] / MILLION
        row.reasons["one-hour writes"] += surcharge
    return dict(sorted(rows.items()))


def document(rows: dict[Cell, Row], ccusage_seconds: float, our_seconds: float) -> str:
    """Return the doc."""
    names = list(REASONS)
    table = [
        f"| Month | Model | Calls | ccusage | {' | '.join(names)} | unexplained | tokenhouse |",
        f"|---|---|--:|--:|{'--:|' * len(names)}--:|--:|",
    ]
    total = Row()
    for (month, model), row in rows.items():
        table.append(_line(month, f"`{model}`", row, names))
        total.ccusage += row.ccusage
        total.tokenhouse += row.tokenhouse
        total.calls += row.calls
        for name in names:
            total.reasons[name] += row.reasons[name]
    table.append(_line("**all**", "", total, names))
    share = (total.ccusage / total.tokenhouse - 1) * 100
    reasons = "\n".join(f"- *{name}*: {meaning}." for name, meaning in REASONS.items())
    return f"""# Compared with ccusage

Written by `python tests/benchmarks/compare_ccusage.py`: `npx ccusage@{VERSION} monthly --offline`
and tokenhouse on the same transcripts, in US dollars by UTC month and model. ccusage says
{total.ccusage:.2f}, tokenhouse {total.tokenhouse:.4f}: ccusage differs by {share:+.1f}%. Why:

{reasons}
- *unexplained*: what is left, shown so that nothing hides.

Both count a copied call once. The client's own messages (`<synthetic>`) cost nothing on both sides
and are left out.

{chr(10).join(table)}

ccusage took {ccusage_seconds:.1f} s, tokenhouse {our_seconds:.1f} s to load the files and to build
up to the priced calls, on a machine that others used at the same time.
"""


def _line(month: str, model: str, row: Row, names: list[str]) -> str:
    cells = [row.ccusage, *(row.reasons[name] for name in names), row.unexplained]
    shown = " | ".join(f"{Decimal(cell):.4f}" for cell in [*cells, row.tokenhouse])
    return f"| {month} | {model} | {row.calls:,} | {shown} |".replace("-0.0000", "0.0000")


def main() -> int:
    """Compare, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=TRANSCRIPTS)
    parser.add_argument("--no-doc", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config")
        unpack(options.folder, config)
        reported, ccusage_seconds = ccusage_report(config)
        calls, prices, our_seconds = tokenhouse_calls(options.folder, Path(folder, "home"))
        rows = compare(reported, counted_lines(config), calls, prices)
    text = document(rows, ccusage_seconds, our_seconds)
    print(text)
    if not options.no_doc:
        DOC.write_text(text, encoding="utf-8")
    return int(any(abs(row.unexplained) > Decimal("0.005") for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
