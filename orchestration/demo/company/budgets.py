"""What departments may spend: one budget holds, one is nearly spent, one is exceeded."""

import csv
import io
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from orchestration.demo.company.writing import File, Setting

__all__ = ["BUDGETS", "SPENDERS", "write_budgets"]

_THRESHOLDS = (50, 80, 100)
_CENT = Decimal("0.01")
_COLUMNS = (
    "budget_id",
    "scope_kind",
    "scope_key",
    "period_kind",
    "amount_usd",
    "valid_from",
    "valid_to",
    "thresholds_pct",
    "owner",
    "reason",
)


class Budget(NamedTuple):
    """A budget of a source for each quarter.

    Attributes
    ----------
    budget_id, source, owner : str
        Its name, what it is for, and who answers for it.
    spent : Decimal
        Share of it that the last quarter of the demo spends.
    colour : str
        What the marts are to show of it.
    """

    budget_id: str
    source: str
    owner: str
    spent: Decimal
    colour: str


BUDGETS = (
    Budget("batch-jobs", "generic", "data", Decimal("0.55"), "green"),
    Budget("coding-agents", "orchestrator", "growth", Decimal("0.84"), "yellow"),
    Budget("pipelines", "pipelines", "claims", Decimal("1.12"), "red"),
)
SPENDERS = tuple(budget.source for budget in BUDGETS)
"""Sources that are written before the budgets, so that it is known what they spend."""


def write_budgets(setting: Setting, folder: Path) -> list[File]:
    """Return the table of budgets, as a finance department would give it.

    A budget is of a quarter. What a source spends in it is known exactly where all days of the demo
    are of one, and only then it is in the truth table.

    Parameters
    ----------
    setting : Setting
        The demo; its truth has the totals of ``SPENDERS``, and gets the facts.
    folder : Path
        Where the file is to lie.

    Returns
    -------
    list of File
        One CSV.
    """
    first = setting.window.first_day
    last = first + timedelta(days=setting.window.days - 1)
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for budget in BUDGETS:
        spent = setting.truth.of(budget.source).cost_usd
        amount = max(_CENT, (spent / budget.spent).quantize(_CENT, ROUND_HALF_UP))
        writer.writerow(
            {
                "budget_id": budget.budget_id,
                "scope_kind": "source",
                "scope_key": budget.source,
                "period_kind": "quarter",
                "amount_usd": amount,
                "valid_from": _quarter(first),
                "thresholds_pct": ";".join(map(str, _THRESHOLDS)),
                "owner": budget.owner,
                "reason": "agreed for the year",
            }
        )
        if _quarter(first) == _quarter(last):
            _write_down(setting, budget, amount, spent)
    return [File(folder / "budgets.csv", text.getvalue().encode())]


def _write_down(setting: Setting, budget: Budget, amount: Decimal, spent: Decimal) -> None:
    days = setting.window.days
    crossed = sum(spent * 100 >= amount * threshold for threshold in _THRESHOLDS)
    for metric, unit, value in (
        ("spent_usd", "usd", spent),
        ("amount_usd", "usd", amount),
        ("crossed_threshold_count", "count", crossed),
    ):
        setting.truth.add(
            "budget",
            f"{budget.budget_id}/{metric}",
            "budgets",
            ("budget", budget.budget_id),
            (metric, unit),
            logged=value,
            injected=budget.spent if metric == "spent_usd" else None,
            span=setting.span_of(0, days),
            signal="budget_threshold" if metric == "crossed_threshold_count" else "",
            detail=f"the budget is {budget.colour}",
        )


def _quarter(day: date) -> date:
    """Return the first day of the quarter that a day is in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
