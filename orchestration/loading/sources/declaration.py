"""What a source declares: its name, its raw table and how its files are known."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.loading.generic_columns import GenericColumn
from orchestration.loading.translator import Translator

__all__ = ["TABLE_FORMATS", "FileRun", "Signature", "Source", "keys"]

# What a dump of a database table comes as.
TABLE_FORMATS = ("jsonl", "json", "csv", "parquet")


@dataclass(frozen=True)
class Signature:
    """Keys by which a record is known to come from a source.

    Attributes
    ----------
    all_of : frozenset of str
        Keys that must all be there.
    one_of : tuple of frozenset of str
        Of each group at least one key must be there.
    none_of : frozenset of str
        Keys that must not be there.
    """

    all_of: frozenset[str] = frozenset()
    one_of: tuple[frozenset[str], ...] = ()
    none_of: frozenset[str] = frozenset()

    def matches(self, keys: frozenset[str]) -> bool:
        """Tell whether a record with these keys fits."""
        return (
            self.all_of <= keys
            and all(group & keys for group in self.one_of)
            and not self.none_of & keys
        )


@dataclass(frozen=True)
class FileRun:
    """How a file names the run of all its records, where the records do not.

    Attributes
    ----------
    path : str
        Pattern searched in the file's path; its one group is the run.
    line_type : str
        ``type`` of the line that names the run; it comes before the path. Empty without one.
    line_keys : tuple of str
        Keys that lead to the run in that line, outermost first.
    """

    path: str
    line_type: str = ""
    line_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """What a source is called, where its rows go and how they are known.

    Attributes
    ----------
    name : str
        Name for ``tokenhouse load --source``.
    entity : str
        The raw table; its columns are those of every log table.
    title : str
        What it is, for messages and help.
    run_keys : tuple of str
        Keys of the record that hold the run or session, the first that is given counts; a dot
        leads into an object. What a build finds changed, it finds by this key.
    signatures : tuple of Signature
        A record that fits one of them comes from this source.
    foreign_keys : frozenset of str
        Keys that none of its records has: one of the first records with such a key is another
        program's, however much the others look like this source's.
    formats : tuple of str
        File formats it arrives in: ``jsonl``, ``json``, ``csv``, ``parquet``.
    columns : tuple of GenericColumn
        The conformed columns that ``--map`` and ``--set`` may aim at; none for a native format,
        whose keys are its own.
    file_run : FileRun or None
        Where the run stands when a record has none of ``run_keys``.
    records_at : str
        Key of a JSON document that holds many records, as a list or as a map by id: each becomes a
        row, one of a map with its id as ``_key``. Empty where an object is one record.
    lists_at : tuple of str
        Keys of a document under which its records are listed, where ``records_at`` does not say
        it: such a list may be taken apart, each element in a document of its own.
    members_at : tuple of str
        Keys of a document by whose members it is known, where ``records_at`` does not say it: a
        page of an API.
    unfold : callable or None
        For documents whose records lie deeper: turns the select of the documents into one of
        their records, with the same columns (``number``, ``record``, ``reason``, ``text``). The
        signatures are the document's keys, the run keys the record's.
    translator : type of Translator or None
        Turns the file's records into rows of ``generic_calls`` or ``generic_runs``, which is the
        raw table then. The signatures are the record's keys, the run keys the row's.
    query : callable or None
        For a SQLite file: returns the select whose rows are the records, given the names of the
        tables and columns (``table.column``) that there are. The signatures are such names then.
    moments : tuple of str
        Keys of a native record of which one must hold a time: without it the record would be in no
        period, and silently left out.
    """

    name: str
    entity: str
    title: str
    run_keys: tuple[str, ...]
    signatures: tuple[Signature, ...]
    foreign_keys: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ("jsonl", "json")
    columns: tuple[GenericColumn, ...] = ()
    file_run: FileRun | None = None
    records_at: str = ""
    lists_at: tuple[str, ...] = ()
    members_at: tuple[str, ...] = ()
    unfold: Callable[[str], str] | None = None
    translator: type[Translator] | None = None
    query: Callable[[frozenset[str]], str] | None = None
    moments: tuple[str, ...] = ()

    @property
    def is_generic(self) -> bool:
        """Whether its keys can be renamed to conformed columns."""
        return bool(self.columns)

    @property
    def held_at(self) -> tuple[str, ...]:
        """Keys at which a document holds lists of records."""
        return self.lists_at or ((self.records_at,) if self.records_at else ())

    @property
    def known_by(self) -> tuple[str, ...]:
        """Keys at which a document holds what it is known by."""
        return self.members_at or ((self.records_at,) if self.records_at else ())

    @property
    def requirements(self) -> tuple[tuple[GenericColumn, ...], ...]:
        """Groups of columns of which every row needs one."""
        columns = self.columns or tuple(
            GenericColumn(key, "timestamp", "When it happened.", "moment") for key in self.moments
        )
        names = dict.fromkeys(column.requirement for column in columns if column.requirement)
        return tuple(tuple(c for c in columns if c.requirement == name) for name in names)


def keys(*names: str) -> frozenset[str]:
    """Return names as the set that a signature takes.

    Parameters
    ----------
    *names : str
        Keys of a record.

    Returns
    -------
    frozenset of str
        The same names.
    """
    return frozenset(names)
