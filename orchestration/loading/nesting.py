"""Spans in spans, as far as one file tells them: which requests may be another's repeated."""

from collections.abc import Iterable

__all__ = ["Nesting"]


class Nesting:
    """Parents of spans, and which of them are tools: what a tool asks is a request of its own."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._tools: set[str] = set()

    def note(self, identity: str, parent: str, *, is_tool: bool) -> None:
        """Remember where a span lies."""
        self._parents[identity] = parent
        if is_tool:
            self._tools.add(identity)

    def around(self, identity: str, known: Iterable[str] = ()) -> list[str]:
        """Return the spans that one lies in, up to the first tool.

        Parameters
        ----------
        identity : str
            The span.
        known : iterable of str
            Spans around it that its own record names, the nearest first; others may be known from
            their records.

        Returns
        -------
        list of str
            The nearest first.
        """
        found: list[str] = []
        above = self._parents.get(identity, "")
        while above and above not in (identity, *found):
            found.append(above)
            above = self._parents.get(above, "")
        found += [name for name in dict.fromkeys(known) if name not in (identity, *found)]
        tool = next((place for place, name in enumerate(found) if name in self._tools), len(found))
        return found[:tool]
