"""What a reader chose to see: period, filters, order; all of it in the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode

__all__ = ["FILTERS", "ORDERS", "PERIODS", "Choice"]

PERIODS = (7, 30, 90)
FILTERS = ("source", "workflow", "project", "model", "provider", "environment")
ORDERS = ("cost", "ended", "duration", "anomaly")
PAGE_ROWS = 25
_DEFAULT_DAYS = 30
_LONGEST = 1000
_MOST_ROWS = 100_000


@dataclass(frozen=True)
class Choice:
    """A reader's choice.

    Attributes
    ----------
    days : int
        Length of the period, which ends with the last complete day of the data (K17).
    end : date, optional
        Last day of the period, where it is an earlier one.
    filters : dict of str to str
        Values of :data:`FILTERS`; empty for all.
    order : str
        Of the table of runs.
    offset : int
        Where that table begins.
    """

    days: int = _DEFAULT_DAYS
    filters: dict[str, str] = field(default_factory=dict)
    order: str = ORDERS[0]
    offset: int = 0
    end: date | None = None

    @classmethod
    def of_url(cls, given: Mapping[str, str]) -> "Choice":
        """Return the choice in the parameters of a URL; what is not valid counts as not given."""
        days, order, offset = (given.get(name, "") for name in ("days", "order", "offset"))
        return cls(
            days=int(days) if days in map(str, PERIODS) else _DEFAULT_DAYS,
            filters={
                name: given[name]
                for name in FILTERS
                if 0 < len(given.get(name, "")) <= _LONGEST and "\0" not in given[name]
            },
            order=order if order in ORDERS else ORDERS[0],
            offset=min(int(offset), _MOST_ROWS) if offset.isdecimal() and len(offset) < 9 else 0,
        )

    def url(self, **changes: object) -> str:
        """Return the link to this choice with changes; another period begins at its first rows."""
        changed = replace(self, **{"offset": 0, **changes})  # type: ignore[arg-type]
        given = {"days": changed.days, **changed.filters}
        if changed.order != ORDERS[0]:
            given["order"] = changed.order
        if changed.offset:
            given["offset"] = changed.offset
        return "/?" + urlencode(given)

    def within(self, last: date) -> "tuple[Choice, date]":
        """Return the choice as far as there is data, and its last day.

        Parameters
        ----------
        last : date
            The last complete day of the data.
        """
        end = min(self.end or last, last)
        missing = (self.end - end).days if self.end else 0
        return replace(self, days=max(self.days - missing, 1)), end

    def params(self, last: date) -> dict[str, str]:
        """Return the parameters of the page's queries.

        Parameters
        ----------
        last : date
            The last complete day of the data.
        """
        first = last - timedelta(days=self.days - 1)
        return {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "before": (first - timedelta(days=self.days)).isoformat(),
            "offset": str(self.offset),
            **{name: self.filters.get(name, "") for name in FILTERS},
        }
