"""The blocks of the page: each has its queries on marts, and makes of the answers what is shown."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.blocks import (
    activity,
    budgets,
    cards,
    changes,
    days,
    experiments,
    models,
    quality,
    reliability,
    running,
    savings,
    trust,
    users,
)
from orchestration.serving.page.choice import Choice

__all__ = ["BLOCKS", "block_queries", "show_blocks"]

Rows = list[dict[str, Any]]
Show = Callable[[Choice, date, Mapping[str, Rows]], dict[str, Any]]

BLOCKS: dict[str, tuple[Callable[[Choice], dict[str, str]], Show]] = {
    "cards": (cards.queries, cards.show),
    "budgets": (budgets.queries, budgets.show),
    "days": (days.queries, days.show),
    "changes": (changes.queries, changes.show),
    "reliability": (reliability.queries, reliability.show),
    "quality": (quality.queries, quality.show),
    "savings": (savings.queries, savings.show),
    "trust": (trust.queries, trust.show),
    "experiments": (experiments.queries, experiments.show),
    "models": (models.queries, models.show),
    "users": (users.queries, users.show),
    "running": (running.queries, running.show),
    "activity": (activity.queries, activity.show),
}
"""What a block asks, and what it shows, by its name."""


def block_queries(choice: Choice) -> dict[str, str]:
    """Return the queries of all blocks, by block and name.

    Parameters
    ----------
    choice : Choice
        What the reader chose.
    """
    return {
        f"{block}.{name}": sql
        for block, (queries, _) in BLOCKS.items()
        for name, sql in queries(choice).items()
    }


def show_blocks(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the templates of the blocks show, by block.

    Parameters
    ----------
    choice : Choice
        What the reader chose.
    last : date
        The last complete day of the data.
    answers : mapping of str to list of dict
        The rows of :func:`block_queries`.
    """
    shown = {}
    for block, (_, show) in BLOCKS.items():
        own = {
            name.partition(".")[2]: rows
            for name, rows in answers.items()
            if name.startswith(f"{block}.")
        }
        shown[block] = show(choice, last, own)
    return shown
