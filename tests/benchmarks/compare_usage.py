"""Put `tokenhouse usage` next to ccusage on the same transcripts, day by day; write the doc.

python tests/benchmarks/compare_usage.py
python tests/benchmarks/compare_usage.py FOLDER --no-doc

Both print JSON with the same keys. What ccusage does with a transcript is done a second time here,
line by line (compare_ccusage.py), so that each difference of a day is one of a few reasons; what
none of them explains stands in a column of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from compare_ccusage import COUNTERS, PRICES, TRANSCRIPTS, VERSION, counted_lines, unpack
from orchestration import settings
from orchestration.warehouse.client import connect

DOC = settings.project_dir() / "docs" / "accuracy" / "usage.md"
REASONS = {
    "nested calls": "calls of sub-agents that stand in the session's progress lines alone",
    "later lines": "tokens that later lines of an answer add to its first one",
    "one-hour writes": "cache writes that last an hour, at their price instead of the 5-minute one",
    "saved again": "lines without a request id, which ccusage counts as often as they were saved",
    "other day": "answers that begin before midnight and go on after it",
}
CALLS = """
    select
        splitByChar('/', call_id)[2] as message_id, toString(called_date) as day, price_id,
        uncached_input_tokens as input_tokens, output_tokens,
        cache_read_tokens as cache_read_input_tokens,
        cache_write_5m_tokens + cache_write_1h_tokens as cache_creation_input_tokens,
        cache_write_1h_tokens, cost_usd
    from marts.fct_calls
    where source = 'claude_code' and is_billable
"""
Unit = dict[str, Decimal]
"""An amount by reason."""


@dataclass
class Day:
    """What both say of a day, and by what they differ: in tokens and in US dollars."""

    ccusage: dict[str, Decimal] = field(default_factory=dict)
    tokenhouse: dict[str, Decimal] = field(default_factory=dict)
    tokens: Unit = field(default_factory=lambda: defaultdict(Decimal))
    usd: Unit = field(default_factory=lambda: defaultdict(Decimal))

    def unexplained(self, unit: str) -> Decimal:
        """Return what is left of a unit (`tokens` or `usd`) when all reasons are taken off."""
        reasons = sum(getattr(self, unit).values(), Decimal(0))
        none = Decimal(0)
        return self.tokenhouse.get(unit, none) - self.ccusage.get(unit, none) - reasons


def printed(command: list[str], config: Path | None = None) -> dict[str, Any]:
    """Return the JSON that a command prints, with exact numbers."""
    environment = os.environ | ({"CLAUDE_CONFIG_DIR": str(config)} if config else {})
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout, parse_float=Decimal)


def ccusage(report: str, config: Path) -> dict[str, Any]:
    """Return what a report of ccusage prints."""
    options = ["--json", "--offline", "--timezone", "UTC"]
    return printed(["npx", "--yes", f"ccusage@{VERSION}", report, *options], config)


def build(transcripts: Path, home: Path) -> None:
    """Load the transcripts and build what `tokenhouse usage` reads."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    for command in (
        ["load", str(transcripts)],
        [
            *("build", "--select", "+fct_calls", "+mart_usage_windows"),
            *("--vars", "{sources: [claude_code]}"),
            *("--", "--exclude-resource-type", "test", "unit_test"),
        ],
    ):
        subprocess.run(["tokenhouse", *command], check=True, capture_output=True)


def explain(
    theirs: Iterable[dict[str, Any]],
    ours: Iterable[dict[str, Any]],
    counted: dict[str, list[dict[str, Any]]],
) -> dict[str, Day]:
    """Return both reports by day, and the differences by reason."""
    days: dict[str, Day] = defaultdict(Day)
    for name, report in (("ccusage", theirs), ("tokenhouse", ours)):
        for entry in report:
            amounts = {"tokens": Decimal(entry["totalTokens"]), "usd": Decimal(entry["totalCost"])}
            setattr(days[entry["date"]], name, amounts)
    with connect() as client:
        calls = list(client.query(CALLS).named_results())
        prices = {row["price_id"]: row for row in client.query(PRICES).named_results()}
    for call in calls:
        _explain_call(days, call, counted.get(call["message_id"]), prices[call["price_id"]])
    return dict(sorted(days.items()))


def _explain_call(
    days: dict[str, Day],
    call: dict[str, Any],
    lines: list[dict[str, Any]] | None,
    price: dict[str, Any],
) -> None:
    def add(day: str, reason: str, tokens: dict[str, int], sign: int = 1) -> None:
        days[day].tokens[reason] += sign * sum(tokens[name] for name in COUNTERS)
        cost = sum((tokens[name] * price[name] for name in COUNTERS), Decimal(0))
        days[day].usd[reason] += sign * cost / 1_000_000

    ours = {name: call[name] or 0 for name in COUNTERS}
    surcharge = call["cache_write_1h_tokens"] * price["hour_surcharge"] / 1_000_000
    if lines is None:
        add(call["day"], "nested calls", ours)
        days[call["day"]].usd["nested calls"] += surcharge
        return
    days[call["day"]].usd["one-hour writes"] += surcharge
    first, *again = lines
    for line in again:
        add(line["timestamp"][:10], "saved again", line, -1)
    added = {name: ours[name] - first[name] for name in COUNTERS}
    add(call["day"], "later lines", added)
    if first["timestamp"][:10] != call["day"]:
        add(first["timestamp"][:10], "other day", first, -1)
        add(call["day"], "other day", first)


def table(days: dict[str, Day], unit: str, form: str) -> str:
    """Return a table of a unit, with a row of totals."""
    reasons = [name for name in REASONS if any(getattr(day, unit)[name] for day in days.values())]
    names = ["ccusage", *reasons, "unexplained", "tokenhouse"]
    lines = [f"| Day | {' | '.join(names)} |", f"|---|{'--:|' * len(names)}"]
    totals = [Decimal(0)] * len(names)
    for name, day in days.items():
        amounts = [
            day.ccusage.get(unit, Decimal(0)),
            *(getattr(day, unit)[reason] for reason in reasons),
            day.unexplained(unit),
            day.tokenhouse.get(unit, Decimal(0)),
        ]
        totals = [total + amount for total, amount in zip(totals, amounts, strict=True)]
        lines.append(_line(name, amounts, form))
    return "\n".join([*lines, _line("**all**", totals, form)])


def _line(name: str, amounts: list[Decimal], form: str) -> str:
    texts = [format(amount, form) for amount in amounts]
    zero = format(Decimal(0), form)
    shown = [zero if text == f"-{zero}" else text for text in texts]
    return f"| {name} | {' | '.join(shown)} |"


def compare_windows(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> str:
    """Return in words how the windows of both agree."""
    kinds = []
    for is_gap in (False, True):
        both = [
            {(one["startTime"], one["endTime"]): one for one in report if one["isGap"] == is_gap}
            for report in (theirs, ours)
        ]
        same = both[0].keys() & both[1].keys()
        kinds.append((len(both[0]), len(both[1]), len(same)))
        if not is_gap:
            more = sum(both[1][key]["totalTokens"] > both[0][key]["totalTokens"] for key in same)
    (blocks, our_blocks, same_blocks), (gaps, our_gaps, same_gaps) = kinds
    return (
        f"`ccusage blocks` lists {blocks} windows and {gaps} gaps, `tokenhouse usage window`\n"
        f"{our_blocks} and {our_gaps}. {same_blocks} windows and {same_gaps} gaps have the same "
        f"start and end. {more} of these windows\nhold more tokens here, for the reasons above. A "
        "gap begins or ends elsewhere where a nested\ncall, or a message of the client itself "
        "(`<synthetic>`), was the last or the first."
    )


def compare_keys(theirs: dict[str, Any], ours: dict[str, Any], report: str) -> bool:
    """Return whether both print the same keys in the same order, and as many entries."""
    [first, second] = [
        [
            list(document),
            list(document["totals"]),
            [(list(entry), list(entry["modelBreakdowns"][0])) for entry in document[report]],
        ]
        for document in (theirs, ours)
    ]
    return first == second


def document(days: dict[str, Day], windows: str, keys: str) -> str:
    """Return the doc."""
    reasons = "\n".join(f"- *{name}*: {meaning}." for name, meaning in REASONS.items())
    tables = (
        f"## Tokens\n\n{table(days, 'tokens', ',.0f')}\n\n"
        f"## US dollars\n\n{table(days, 'usd', ',.4f')}"
    )
    return f"""# `tokenhouse usage` next to ccusage

Written by `python tests/benchmarks/compare_usage.py`: `tokenhouse usage daily --json` and
`npx ccusage@{VERSION} daily --json --offline` on the same transcripts, by UTC day. {keys}
Why the figures differ:

{reasons}
- *unexplained*: what is left, shown so that nothing hides.

Sessions are named differently: ccusage {VERSION} takes the folder of a transcript for its session;
here it is the session's id, with its sub-agents. [ccusage.md](ccusage.md) compares months and
models.

## Windows

{windows}
ccusage takes the clock for now, tokenhouse the last call of the data: the newest window of old
transcripts may be active here.

{tables}
"""


def main() -> int:
    """Compare, print and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=TRANSCRIPTS)
    parser.add_argument("--no-doc", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config")
        unpack(options.folder, config)
        build(options.folder, Path(folder, "home"))
        ours, theirs = {}, {}
        for report in ("daily", "weekly", "monthly"):
            ours[report] = printed(["tokenhouse", "usage", report, "--json"])
            theirs[report] = ccusage(report, config)
        lines = counted_lines(config)
        days = explain(theirs["daily"]["daily"], ours["daily"]["daily"], lines)
        same = [name for name in ours if compare_keys(theirs[name], ours[name], name)]
        our_windows = printed(["tokenhouse", "usage", "window", "--json"])["blocks"]
        windows = compare_windows(ccusage("blocks", config)["blocks"], our_windows)
    keys = f"The same keys in the same\norder and as many entries: {', '.join(same)}."
    text = document(days, windows, keys)
    print(text)
    if not options.no_doc:
        DOC.write_text(text, encoding="utf-8")
    wrong = [name for name, day in days.items() if abs(day.unexplained("usd")) > Decimal("0.005")]
    wrong += [name for name, day in days.items() if day.unexplained("tokens")]
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
