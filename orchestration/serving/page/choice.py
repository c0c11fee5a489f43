"""What a reader chose to see: period, filters, order; all of it in the URL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from orchestration import settings

__all__ = ["FILTERS", "MEASURES", "NARROW_FILTERS", "ORDERS", "PERIODS", "SPLITS", "Choice"]

PERIODS = ("7", "30", "90", "month", "all")
_SCOPE_FILTERS = ("source", "workflow", "project", "team", "model", "provider", "environment")
# Those that no mart sums up.
NARROW_FILTERS = ("variant", "training", "widget", "rating", "success", "qa")
FILTERS = (*_SCOPE_FILTERS, *NARROW_FILTERS)
# What a filter can be, where that is known.
_ALLOWED = {
    "widget": re.compile("widget|normal"),
    "rating": re.compile("[1-5](,[1-5])*"),
    "success": re.compile("yes|no"),
}
ORDERS = ("cost", "ended", "duration", "anomaly")
MEASURES = ("cost", "calls", "tokens")
# What the days are split by, and its column of daily_costs.
SPLITS = {
    "model": "model",
    "workflow": "workflow_id",
    "project": "project",
    "provider": "provider",
    "source": "source",
    "team": "team_id",
}
PAGE_ROWS = 25
_DEFAULT = "30"
_LONGEST = 1000
# The filters whose change of cost mart_cost_changes has: scopes, and the contributors themselves.
_CHANGE_FILTERS = {"project", "workflow", "model"}
_CHANGE_PERIODS = ("7", "30", "month")
_MOST_ROWS = 100_000


@dataclass(frozen=True)
class Choice:
    """A reader's choice.

    Attributes
    ----------
    period : str
        One of :data:`PERIODS`; it ends with the last complete day of the data (K17).
    days : int
        Its length, as far as the data is known.
    filters : dict of str to str
        Values of :data:`FILTERS`; empty for all.
    order : str
        Of the table of runs.
    offset : int
        Where that table begins.
    measure, split : str
        What the chart of the days shows, and by what it is split.
    text : str
        Part of the id, the workflow or the judgement of the runs in the table.
    end : date, optional
        Last day of the period, where that is earlier: of a month that is over, or as it was given.
    start : date, optional
        First day of a period that was given by its days; no mart sums up such a one.
    earlier : date, optional
        First day of an earlier period of the same length, which the chart of the days shows, too.
    """

    period: str = _DEFAULT
    days: int = int(_DEFAULT)
    filters: dict[str, str] = field(default_factory=dict)
    order: str = ORDERS[0]
    offset: int = 0
    measure: str = MEASURES[0]
    split: str = "model"
    text: str = ""
    end: date | None = None
    start: date | None = None
    earlier: date | None = None

    @classmethod
    def of_url(cls, given: Mapping[str, str]) -> "Choice":
        """Return the choice in the parameters of a URL; what is not valid counts as not given."""
        period, order, offset = (given.get(name, "") for name in ("days", "order", "offset"))
        measure, split = given.get("measure", ""), given.get("split", "")
        text = given.get("text", "")
        start, end = (_day(given.get(name, "")) for name in ("from", "to"))
        is_own = start is not None and end is not None and start <= end
        return cls(
            period=period if period in PERIODS else _DEFAULT,
            filters={name: given[name] for name in FILTERS if _is_value(name, given.get(name, ""))},
            order=order if order in ORDERS else ORDERS[0],
            offset=min(int(offset), _MOST_ROWS) if offset.isdecimal() and len(offset) < 9 else 0,
            measure=measure if measure in MEASURES else MEASURES[0],
            split=split if split in SPLITS else "model",
            start=start if is_own else None,
            end=end if is_own else None,
            earlier=_day(given.get("earlier", "")),
            text=text if len(text) <= _LONGEST and "\0" not in text else "",
        )

    def resolved(self, first: date, last: date) -> "Choice":
        """Return the choice with the length of its period.

        Parameters
        ----------
        first, last : date
            The first day and the last complete day of the data.
        """
        if self.start and self.end:
            end = max(min(self.end, last), first)
            begin = max(min(self.start, end), first)
            return replace(self, start=begin, end=end, days=(end - begin).days + 1)
        if self.period.isdecimal():
            return replace(self, days=int(self.period))
        begin = last.replace(day=1) if self.period == "month" else min(first, last)
        return replace(self, days=(last - begin).days + 1)

    def ended(self, last: date) -> "tuple[Choice, date]":
        """Return the choice and its last day; of an earlier month, what marts sum up is left out.

        Parameters
        ----------
        last : date
            The last complete day of the data.
        """
        if self.end is None or self.end >= last:
            return self, last
        if self.start:
            return self, self.end
        return replace(self, period=f"{self.end:%Y-%m}", days=self.end.day), self.end

    @property
    def scope(self) -> str:
        """Return the scope of the filters; empty where no mart sums up: of several, of own days."""
        if self.start:
            return ""
        if not self.filters:
            return "total"
        if len(self.filters) == 1:
            ((name, value),) = self.filters.items()
            return f"{name}:{value}" if name in _SCOPE_FILTERS else ""
        return ""

    @property
    def change_scope(self) -> str:
        """Return the scope whose change of cost is split up; empty where no mart has it."""
        if (
            self.start
            or self.period not in _CHANGE_PERIODS
            or not set(self.filters) <= _CHANGE_FILTERS
        ):
            return ""
        return f"project:{self.filters['project']}" if "project" in self.filters else "total"

    def url(self, **changes: object) -> str:
        """Return the link to this choice with changes; another period begins at its first rows."""
        changed = replace(self, **{"offset": 0, **changes})  # type: ignore[arg-type]
        given: dict[str, object] = {"days": changed.period, **changed.filters}
        if changed.start and changed.end and "period" not in changes:
            given |= {"from": changed.start.isoformat(), "to": changed.end.isoformat()}
        for name in ("order", "measure", "split", "text"):
            if getattr(changed, name) != getattr(Choice(), name):
                given[name] = getattr(changed, name)
        if changed.earlier:
            given["earlier"] = changed.earlier.isoformat()
        if changed.offset:
            given["offset"] = changed.offset
        return "/?" + urlencode(given)

    def params(self, last: date) -> dict[str, str]:
        """Return the parameters of the page's queries.

        Parameters
        ----------
        last : date
            The last complete day of the data.
        """
        first = last - timedelta(days=self.days - 1)
        earlier = self.earlier or date(1970, 1, 1)
        return {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "before": (first - timedelta(days=self.days)).isoformat(),
            "earlier": earlier.isoformat(),
            "shift": str((first - earlier).days),
            "offset": str(self.offset),
            "text": self.text,
            "period": ""
            if self.start
            else (f"last_{self.period}d" if self.period.isdecimal() else self.period),
            "scope": self.scope,
            "change_scope": self.change_scope,
            "reference": settings.database("reference"),
            **{name: self.filters.get(name, "") for name in FILTERS},
        }


def _is_value(name: str, text: str) -> bool:
    """Return whether a filter can have a value."""
    known = _ALLOWED.get(name)
    return (
        0 < len(text) <= _LONGEST
        and "\0" not in text
        and (not known or bool(known.fullmatch(text)))
    )


def _day(text: str) -> date | None:
    """Return a day as a browser sends it; None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
