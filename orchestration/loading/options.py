"""What ``--map`` and ``--set`` ask for: their keys renamed to ours, and constants."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orchestration.errors import BadInputError
from orchestration.loading.sources import SOURCES, Source

__all__ = ["LoadOptions"]

_BOOLEANS = ("true", "false", "1", "0")


@dataclass(frozen=True)
class LoadOptions:
    """Renamings and constants for the generic sources.

    Attributes
    ----------
    mapping : Mapping of str to str
        Their key to our column. A key with dots reaches into nested objects of JSON records.
    constants : Mapping of str to str
        Our column to the value that every row gets.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.mapping or self.constants)

    @property
    def targets(self) -> list[str]:
        """Our columns that are given by the options."""
        return [*self.mapping.values(), *self.constants]

    def for_source(self, source: Source) -> "LoadOptions":
        """Return what applies to a source: all of it, or nothing for a native format."""
        return self if source.is_generic else LoadOptions()

    def as_json(self) -> str:
        """Return the text that the ledger keeps; equal options give equal text."""
        given = {"map": dict(self.mapping), "set": dict(self.constants)}
        return json.dumps(
            {name: values for name, values in given.items() if values},
            sort_keys=True,
            ensure_ascii=False,
        )

    def renamed(self, keys: Iterable[str]) -> set[str]:
        """Return the keys a record has after renaming and with the constants."""
        keys = set(keys)
        # Whether a dotted key is there shows only row by row; taken on trust to find the source.
        nested = {ours for theirs, ours in self.mapping.items() if "." in theirs}
        return {self.mapping.get(key, key) for key in keys} | nested | set(self.constants)

    def check(self, source: Source | None) -> None:
        """Check that every target is a column, given once, and every constant fits its type.

        Parameters
        ----------
        source : Source or None
            The source asked for, or None when it is to be found out.

        Raises
        ------
        BadInputError
            With the option at fault and the closest column names.
        """
        if not self:
            return
        if source is not None and not source.is_generic:
            raise BadInputError(
                "--map and --set are for generic_calls and generic_runs; "
                f"{source.name} has keys of its own, so leave them out."
            )
        sources = [source] if source else [s for s in SOURCES if s.is_generic]
        columns = {column.name: column for s in sources for column in s.columns}
        for target in self.targets:
            if target not in columns:
                raise BadInputError(_unknown(target, list(columns)))
            if self.targets.count(target) > 1:
                raise BadInputError(
                    f"{target} is given twice by --map and --set; keep one of them."
                )
        for target, value in self.constants.items():
            choices = columns[target].choices
            if choices and value not in choices:
                raise BadInputError(
                    f"--set {target}={value}: {target} is one of {', '.join(choices)}."
                )
            if not _fits(value, columns[target].type):
                raise BadInputError(
                    f"--set {target}={value}: {target} is a {columns[target].type}; give it such a "
                    "value."
                )


def _unknown(target: str, columns: list[str]) -> str:
    close = difflib.get_close_matches(target, columns, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    return (
        f"There is no column {target!r} to map or set; {hint}"
        "`tokenhouse load --columns` lists all of them."
    )


def _fits(value: str, column_type: str) -> bool:
    if column_type == "boolean":
        return value.lower() in _BOOLEANS
    if column_type == "count":
        return value.isascii() and value.isdigit()
    if column_type == "number":
        try:
            float(value)
        except ValueError:
            return False
    return value != "" or column_type == "text"
