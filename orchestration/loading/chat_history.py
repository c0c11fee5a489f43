"""Aider's chat history: prose, in which the lines that say when, which model and how much count."""

import json
import re
from collections.abc import Iterator

from orchestration.loading.head import Head, lines_of
from orchestration.loading.limits import REJECTED_TEXT_BYTES
from orchestration.loading.records import Piece, Records

__all__ = ["ChatHistory"]

_SAID = re.compile(
    rb"^(?:# aider chat started at |> *(?:Main |Weak |Editor )?[Mm]odel:? |> *Tokens: |> *Cost: )"
)
_BEGINNING = re.compile(rb"^# aider chat started at ", re.MULTILINE)


class ChatHistory(Records):
    """The telling lines of a chat history, each a record `{"aider_line": …}`.

    Parameters
    ----------
    text : iterator of bytes
        The file's text.
    """

    def __init__(self, text: Iterator[bytes]):
        super().__init__(text)
        while not _BEGINNING.search(self._beginning) and self._read_more():
            pass
        if _BEGINNING.search(self._beginning):
            self.head = Head((frozenset({"aider_line"}),))
        else:
            self.head = Head(sample=next(lines_of(self._beginning), b"")[:REJECTED_TEXT_BYTES])

    def pieces(self, held_at: tuple[str, ...]) -> Iterator[Piece]:
        """Yield the lines, with their numbers in the file."""
        number, rest = 0, b""
        for text in self._all_text():
            *lines, rest = (rest + text).split(b"\n")
            for line in lines:
                number += 1
                yield from _record(number, line)
        yield from _record(number + 1, rest)


def _record(number: int, line: bytes) -> Iterator[Piece]:
    if _SAID.match(line):
        said = line.decode("utf-8", "replace").strip()
        yield Piece(number, json.dumps({"aider_line": said}).encode())
