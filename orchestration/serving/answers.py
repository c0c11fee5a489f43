"""Answers that were given already: a snapshot never changes, so they stay right as long as it."""

from collections import OrderedDict
from collections.abc import Hashable

__all__ = ["Answers"]


class Answers:
    """The last answers, as many as fit.

    Parameters
    ----------
    most_bytes : int
        What they may take together; what takes more alone is not kept.
    """

    def __init__(self, most_bytes: int):
        self._most = most_bytes
        self._taken = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def get(self, key: Hashable) -> bytes | None:
        """Return an answer, which counts as used; None if it is not kept."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, answer: bytes) -> None:
        """Keep an answer, and forget those that were not used for the longest time."""
        if len(answer) > self._most:
            return
        self._taken += len(answer) - len(self._kept.pop(key, b""))
        self._kept[key] = answer
        while self._taken > self._most:
            _, forgotten = self._kept.popitem(last=False)
            self._taken -= len(forgotten)
