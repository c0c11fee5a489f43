"""Find out which source a file comes from, by the keys of its first records."""

from collections.abc import Iterable
from functools import lru_cache

from orchestration.loading.discover import LogFile
from orchestration.loading.errors import UnknownSourceError, UnreadableFileError
from orchestration.loading.head import Head
from orchestration.loading.options import LoadOptions
from orchestration.loading.sources import SOURCES, Source, recognise

__all__ = ["check_fit", "find_source"]

_SHOWN_KEYS = 12


def find_source(file: LogFile, head: Head, options: LoadOptions) -> Source:
    """Find out which source a file comes from.

    Parameters
    ----------
    file : LogFile
        The file.
    head : Head
        What its beginning shows.
    options : LoadOptions
        Renamings and constants, which count towards a generic source.

    Returns
    -------
    Source
        The only source that fits.

    Raises
    ------
    UnreadableFileError
        If no record was found where there should be some.
    UnknownSourceError
        With the keys seen and the sources to choose from, if none fits or several do.
    """
    if not head.keys:
        raise _without_record(file, head)
    fitting: dict[str, Source] = {}
    for keys in dict.fromkeys(head.keys):
        fitting |= {source.name: source for source in _sources_of(keys, file.format)}
        if options:
            renamed = frozenset(options.renamed(keys))
            found = _sources_of(renamed, file.format)
            fitting |= {source.name: source for source in found if source.is_generic}
    for key, members in head.members.items():
        for keys in dict.fromkeys(members):
            found = _sources_of(keys, file.format)
            fitting |= {source.name: source for source in found if key in source.known_by}
    seen = frozenset[str]().union(*head.keys)
    fitting = {name: source for name, source in fitting.items() if not source.foreign_keys & seen}
    if len(fitting) > 1 and seen.intersection(key.partition(".")[0] for key in options.mapping):
        # Who renames the keys of a file reads it as generic.
        asked = {name: source for name, source in fitting.items() if source.is_generic}
        fitting = asked or fitting
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    problem = f"fits {' and '.join(fitting)}" if fitting else "fits no source"
    choices = ", ".join(fitting or [s.name for s in SOURCES if file.format in s.formats])
    raise UnknownSourceError(
        f"{file.name} {problem}: its keys are {_listed(head.keys[0])}; "
        f"say what it is with --source ({choices}), renaming its keys with --map theirs=ours."
    )


def check_fit(file: LogFile, head: Head, source: Source, options: LoadOptions) -> None:
    """Check that a file can come from the source that was asked for, with these options.

    Parameters
    ----------
    file : LogFile
        The file.
    head : Head
        What its beginning shows.
    source : Source
        Where its records come from.
    options : LoadOptions
        Renamings, whose columns must be there.

    Raises
    ------
    UnreadableFileError
        If its format is none of the source's, or a column is missing.
    """
    if file.format not in source.formats:
        raise UnreadableFileError(
            f"{file.name}: {source.name} comes as JSON lines, not {file.format}; "
            "check --source for this file."
        )
    if file.format in ("csv", "parquet", "sqlite"):
        if not head.keys:
            raise UnreadableFileError(f"{file.name} is binary and no {file.format} file.")
        (names,) = head.keys
        absent = sorted(set(options.mapping) - names)
        if absent:
            raise UnreadableFileError(
                f"{file.name} has no column {absent[0]!r} to map; "
                f"it has {', '.join(sorted(names))}."
            )


@lru_cache(maxsize=4096)
def _sources_of(keys: frozenset[str], file_format: str) -> tuple[Source, ...]:
    return tuple(recognise(keys, file_format))


def _without_record(file: LogFile, head: Head) -> UnreadableFileError:
    what = "is binary" if head.is_binary else "holds no JSON object"
    if head.is_binary and file.compression != "none":
        what = f"is binary and not compressed with {file.compression}, as its name says"
    message = f"{file.name} {what}, so no line of it can be loaded."
    # Only JSON lines promise records by their name: a .json file may hold anything.
    if head.is_binary or file.format == "jsonl":
        return UnreadableFileError(message, head.sample)
    return UnknownSourceError(message)


def _listed(keys: Iterable[str]) -> str:
    names = sorted(keys)
    more = f" and {len(names) - _SHOWN_KEYS} more" if len(names) > _SHOWN_KEYS else ""
    return ", ".join(names[:_SHOWN_KEYS]) + more
