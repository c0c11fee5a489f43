"""The sources that can be loaded: one declaration per raw table."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.errors import BadInputError
from orchestration.loading.generic_columns import CALL_COLUMNS, RUN_COLUMNS, GenericColumn

__all__ = ["SOURCES", "Signature", "Source", "recognise", "source_named"]


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
        Keys of the record that hold the run or session, the first that is given counts. What a
        build finds changed, it finds by this key.
    signatures : tuple of Signature
        A record that fits one of them comes from this source.
    formats : tuple of str
        File formats it arrives in: ``jsonl``, ``json``, ``csv``, ``parquet``.
    columns : tuple of GenericColumn
        The conformed columns that ``--map`` and ``--set`` may aim at; none for a native format,
        whose keys are its own.
    """

    name: str
    entity: str
    title: str
    run_keys: tuple[str, ...]
    signatures: tuple[Signature, ...]
    formats: tuple[str, ...] = ("jsonl", "json")
    columns: tuple[GenericColumn, ...] = ()

    @property
    def is_generic(self) -> bool:
        """Whether its keys can be renamed to conformed columns."""
        return bool(self.columns)

    @property
    def requirements(self) -> tuple[tuple[GenericColumn, ...], ...]:
        """Groups of columns of which every row needs one."""
        return _required_groups(self.columns)


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


def _required_groups(
    columns: tuple[GenericColumn, ...],
) -> tuple[tuple[GenericColumn, ...], ...]:
    names = dict.fromkeys(column.requirement for column in columns if column.requirement)
    return tuple(tuple(c for c in columns if c.requirement == name) for name in names)


def _required(columns: tuple[GenericColumn, ...]) -> Signature:
    groups = _required_groups(columns)
    return Signature(one_of=tuple(_keys(*(column.name for column in group)) for group in groups))


SOURCES = (
    Source(
        name="claude_code",
        entity="claude_code_lines",
        title="Claude Code transcripts",
        run_keys=("sessionId",),
        signatures=(
            Signature(all_of=_keys("sessionId", "type")),
            # Lines that carry no session: they open many transcripts and fill some.
            Signature(all_of=_keys("type", "summary", "leafUuid")),
            Signature(all_of=_keys("type", "messageId", "snapshot")),
        ),
    ),
    Source(
        name="unified_logs",
        entity="unified_logs",
        title="cascade events (unified_logs)",
        run_keys=("session_id",),
        signatures=(
            Signature(
                all_of=_keys("message_id", "session_id"), one_of=(_keys("node_type", "cell_name"),)
            ),
        ),
    ),
    Source(
        name="cascade_sessions",
        entity="cascade_sessions",
        title="cascade sessions",
        run_keys=("session_id",),
        signatures=(
            Signature(
                all_of=_keys("session_id", "cascade_id"),
                one_of=(_keys("created_at", "input_data", "completed_at", "depth"),),
                none_of=_keys("message_id", "prompt_id"),
            ),
        ),
    ),
    Source(
        name="prompt_lineage",
        entity="prompt_lineage",
        title="cascade prompts (prompt_lineage)",
        run_keys=("session_id",),
        signatures=(
            Signature(
                all_of=_keys("prompt_id", "session_id"),
                one_of=(_keys("full_prompt_text", "generation", "species_hash"),),
                none_of=_keys("message_id"),
            ),
        ),
    ),
    Source(
        name="generic_calls",
        entity="generic_calls",
        title="model calls under the conformed column names",
        run_keys=("run_id", "call_id"),
        signatures=(_required(CALL_COLUMNS),),
        formats=("jsonl", "json", "csv", "parquet"),
        columns=CALL_COLUMNS,
    ),
    Source(
        name="generic_runs",
        entity="generic_runs",
        title="runs under the conformed column names",
        run_keys=("run_id",),
        signatures=(_required(RUN_COLUMNS),),
        formats=("jsonl", "json", "csv", "parquet"),
        columns=RUN_COLUMNS,
    ),
)


def source_named(name: str) -> Source:
    """Return the source of this name.

    Arguments
    ---------
    name : str
        As in ``--source``.

    Returns
    -------
    Source
        Its declaration.

    Raises
    ------
    BadInputError
        If there is none of that name.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    raise BadInputError(
        f"There is no source {name!r}; choose one of {', '.join(s.name for s in SOURCES)}."
    )


def recognise(keys: Iterable[str], file_format: str) -> list[Source]:
    """Return the sources that a record with these keys can come from.

    Arguments
    ---------
    keys : iterable of str
        Top-level keys or column names, after ``--map`` and ``--set``.
    file_format : str
        ``jsonl``, ``json``, ``csv`` or ``parquet``.

    Returns
    -------
    list of Source
        None, one, or several when it is ambiguous.
    """
    present = frozenset(keys)
    return [
        source
        for source in SOURCES
        if file_format in source.formats
        and any(signature.matches(present) for signature in source.signatures)
    ]
