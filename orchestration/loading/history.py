"""What is loaded already: by which a file is unchanged, or takes the place of an earlier load."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable

from orchestration.loading.ledger import Ledger, LoadRecord
from orchestration.loading.options import LoadOptions
from orchestration.loading.sources import SOURCES, Source

__all__ = ["History"]

_SOURCES = {source.name: source for source in SOURCES}


class History:
    """The loads that show, as they were when the load began and as it changes them.

    Parameters
    ----------
    ledger : Ledger
        Where they stand.
    asked : Source or None
        The source that was asked for.
    options : LoadOptions
        The options that were given.
    force : bool
        Whether what is loaded already is loaded again.
    """

    def __init__(self, ledger: Ledger, asked: Source | None, options: LoadOptions, force: bool):
        self._asked = asked
        self._options = options
        self._force = force
        self._own: set[uuid.UUID] = set()
        self._by_content: dict[str, list[LoadRecord]] = defaultdict(list)
        self._by_file: dict[str, list[LoadRecord]] = defaultdict(list)
        self._sizes: set[int] = set()
        for record in ledger.records("loaded"):
            self._add(record)
        self._failed = {_attempt(record) for record in ledger.records("failed")}

    def may_have(self, size: int) -> bool:
        """Tell whether a file of this size may be loaded already."""
        return size in self._sizes

    def same(self, digest: str) -> LoadRecord | None:
        """Return the load that makes loading this content needless, if there is one.

        Parameters
        ----------
        digest : str
            Of the content.

        Returns
        -------
        LoadRecord or None
            A load of the same content, from the source and with the options that are asked for.
        """
        for record in self._by_content.get(digest, ()):
            if (not self._force or record.load_id in self._own) and self.is_as_asked(record):
                return record
        return None

    def is_as_asked(self, record: LoadRecord) -> bool:
        """Tell whether a load was made from the source and with the options that are asked for."""
        source = _SOURCES.get(record.source)
        if source is None or self._asked not in (None, source):
            return False
        return record.options == self._options.for_source(source).as_json()

    def sizes_before(self, source_file: str, size: int) -> set[int]:
        """Return the sizes at which a file that has grown was loaded before."""
        olds = self._by_file.get(source_file, ())
        return {old.bytes for old in olds if old.bytes < size and not self.is_as_asked(old)}

    def replaced_by(
        self, record: LoadRecord, digest_of_first: Callable[[int], str]
    ) -> list[LoadRecord]:
        """Return the loads that a new one takes the place of.

        They hold the same content, or the beginning of the same file, read otherwise: both would
        count the same lines twice. A forced load replaces whatever its file or its content brought.

        Parameters
        ----------
        record : LoadRecord
            The new load.
        digest_of_first : callable
            Gives the digest of the first bytes of its file.

        Returns
        -------
        list of LoadRecord
            Loads that show.
        """
        of_content = self._by_content.get(record.content_hash, ())
        of_file = self._by_file.get(record.source_file, ())
        if self._force:
            found = [*of_content, *of_file]
        else:
            found = [
                *(old for old in of_content if _reading(old) != _reading(record)),
                *(
                    old
                    for old in of_file
                    if _reading(old) != _reading(record)
                    and old.content_hash == digest_of_first(old.bytes)
                ),
            ]
        return list({old.load_id: old for old in found}.values())

    def change(self, records: Iterable[LoadRecord]) -> None:
        """Take over what was written to the ledger: new loads, and what they replace."""
        for record in records:
            for olds in (
                self._by_content[record.content_hash],
                self._by_file[record.source_file],
            ):
                olds[:] = [old for old in olds if old.load_id != record.load_id]
            if record.status == "loaded":
                self._own.add(record.load_id)
                self._add(record)

    def is_new_failure(self, record: LoadRecord) -> bool:
        """Tell whether this attempt has not failed before, and remember that it has now."""
        is_new = _attempt(record) not in self._failed
        self._failed.add(_attempt(record))
        return is_new

    def _add(self, record: LoadRecord) -> None:
        self._by_content[record.content_hash].append(record)
        self._by_file[record.source_file].append(record)
        self._sizes.add(record.bytes)


def _reading(record: LoadRecord) -> tuple[str, str]:
    """Return how the content was read."""
    return record.source, record.options


def _attempt(record: LoadRecord) -> tuple[str, ...]:
    """Return what makes two failed loads the same attempt."""
    return record.source_file, record.content_hash, record.source, record.options
