"""Find out what a file holds from what its first records look like."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from orchestration.loading.csv_rows import header_of
from orchestration.loading.discover import LogFile
from orchestration.loading.options import LoadOptions
from orchestration.loading.reader import Reader, UnreadableFileError
from orchestration.loading.sources import SOURCES, Source, recognise

__all__ = ["Head", "UnknownSourceError", "find_source", "members_of", "read_head", "text_table"]

# Transcripts may open with dozens of lines that carry no session.
_HEAD_RECORDS = 50
_SHOWN_KEYS = 12
_HEAD_SETTINGS = "settings max_threads = 1, max_block_size = 64, input_format_parallel_parsing = 0"


class UnknownSourceError(UnreadableFileError):
    """A file whose records are of no known source, or of several."""


@dataclass(frozen=True)
class Head:
    """What the beginning of a file shows.

    Attributes
    ----------
    keys : tuple of frozenset of str
        The keys of each of the first records; the column names, for CSV and Parquet.
    is_document : bool
        Whether the file is one JSON array or object over several lines rather than JSON lines.
    members : dict of str to tuple of frozenset of str
        Of a document that may hold many records: the key they are at, to the keys of the first.
    sample : bytes
        The first line that is not blank, of a file in which no record was found.
    """

    keys: tuple[frozenset[str], ...] = field(default=())
    is_document: bool = False
    sample: bytes = b""
    members: dict[str, tuple[frozenset[str], ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the file, or nothing but pages without records."""
        is_empty_page = bool(self.members) and not any(self.members.values())
        return is_empty_page or (not self.keys and not self.sample)

    @property
    def is_binary(self) -> bool:
        """Whether what was found instead of records is no text."""
        try:
            return "\0" in self.sample.decode("utf-8")
        except UnicodeDecodeError:
            return True


def read_head(reader: Reader, file: LogFile) -> Head:
    """Look at the first records of a file.

    Arguments
    ---------
    reader : Reader
        Where files are read.
    file : LogFile
        The file.

    Returns
    -------
    Head
        What was seen.

    Raises
    ------
    UnreadableFileError
        If a CSV header cannot be used.
    """
    if file.format == "parquet":
        if file.path.stat().st_size == 0:
            return Head()
        described = reader.select(f"describe {reader.table(file, 'Parquet')}")
        return Head((frozenset(name for name, *_ in described),))
    if file.format == "csv":
        return _csv_head(file, _first_line(reader, file))
    is_document = file.format == "json" and _opens_document(reader, file)
    table = text_table(reader, file, is_document)
    records = reader.select(
        f"select JSONExtractKeys(line) from {table} where JSONType(line) = 'Object' "
        f"limit {_HEAD_RECORDS} {_HEAD_SETTINGS}"
    )
    keys = tuple(frozenset(keys) for (keys,) in records)
    if not keys:
        return Head(is_document=is_document, sample=_first_line(reader, file))
    held = {source.records_at for source in SOURCES if source.records_at}.intersection(*keys)
    members = {key: _member_keys(reader, table, key) for key in sorted(held)}
    return Head(keys, is_document, members=members)


def text_table(reader: Reader, file: LogFile, is_document: bool) -> str:
    """Return the table of a file's JSON texts.

    Parameters
    ----------
    reader : Reader
        Where files are read.
    file : LogFile
        A file of JSON.
    is_document : bool
        Whether it is one document rather than lines.

    Returns
    -------
    str
        A table expression with the column ``line``; a line that lists records stands for them.
    """
    if is_document:
        return reader.table(file, "JSONAsString", "line String")
    table = reader.table(file, "LineAsString", "line String")
    members = (
        r"if(match(line, '^\\s*\\[\\s*[{\\]]') and JSONType(line) = 'Array', "
        "JSONExtractArrayRaw(line), [line])"
    )
    return f"(select arrayJoin({members}) as line from {table})"


def members_of(line: str, key: str) -> str:
    """Return the expression of the records that a JSON document holds under a key.

    Arguments
    ---------
    line : str
        Expression of the document's text.
    key : str
        The key; what it holds is a list, or a map by id.

    Returns
    -------
    str
        An array of JSON texts. A record of a map gets its id as ``_key``; a document without the
        key is a record itself.
    """
    with_id = (
        "concat('{\"_key\":', toJSONString(pair.1), "
        "if(match(pair.2, '^[{]\\\\s*[}]'), '', ','), substring(pair.2, 2))"
    )
    of_map = (
        f"arrayMap(pair -> if(startsWith(pair.2, '{{'), {with_id}, pair.2), "
        f"JSONExtractKeysAndValuesRaw({line}, '{key}'))"
    )
    return (
        f"multiIf(JSONType({line}, '{key}') = 'Array', JSONExtractArrayRaw({line}, '{key}'), "
        f"JSONType({line}, '{key}') = 'Object', {of_map}, [{line}])"
    )


def _member_keys(reader: Reader, table: str, key: str) -> tuple[frozenset[str], ...]:
    records = reader.select(
        f"select JSONExtractKeys(arrayJoin({members_of('line', key)}) as member) from {table} "
        f"where JSONType(line) = 'Object' limit {_HEAD_RECORDS} {_HEAD_SETTINGS}"
    )
    return tuple(frozenset(keys) for (keys,) in records if keys)


def _first_line(reader: Reader, file: LogFile) -> bytes:
    table = reader.table(file, "LineAsString", "line String")
    rows = reader.select(
        f"select line from {table} where trimBoth(line, ' \\t\\r') != '' limit 1 {_HEAD_SETTINGS}",
        column_formats={"line": "bytes"},
    )
    return rows[0][0] if rows else b""


def _csv_head(file: LogFile, header: bytes) -> Head:
    if not header:
        return Head()
    if Head(sample=header).is_binary:
        return Head(sample=header)
    try:
        names, _ = header_of(header)
    except ValueError as error:
        raise UnreadableFileError(f"{file.path}: {error}; rename one and load it again.") from error
    return Head((frozenset(names),))


def _opens_document(reader: Reader, file: LogFile) -> bool:
    table = reader.table(file, "LineAsString", "line String")
    rows = reader.select(
        "select match(line, '^(\\xEF\\xBB\\xBF)?\\\\s*[\\\\[{]') and JSONType(line) != 'Object' "
        f"from {table} where trimBoth(line, ' \\t\\r') != '' limit 1 {_HEAD_SETTINGS}"
    )
    return bool(rows and rows[0][0])


def find_source(file: LogFile, head: Head, options: LoadOptions) -> Source:
    """Find out which source a file comes from.

    Arguments
    ---------
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
        what = "is binary" if head.is_binary else "holds no JSON object"
        message = f"{file.path} {what}, so no line of it can be loaded."
        # Only JSON lines promise records by their name: a .json file may hold anything.
        if head.is_binary or file.format == "jsonl":
            raise UnreadableFileError(message, head.sample)
        raise UnknownSourceError(message)
    fitting = {
        source.name: source
        for keys in head.keys
        for renamed in (frozenset(options.renamed(keys)), keys)
        for source in recognise(renamed, file.format)
        if source.is_generic or renamed is keys
    } | {
        source.name: source
        for key, members in head.members.items()
        for keys in members
        for source in recognise(keys, file.format)
        if source.records_at == key
    }
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    problem = f"fits {' and '.join(fitting)}" if fitting else "fits no source"
    choices = ", ".join(fitting or [s.name for s in SOURCES if file.format in s.formats])
    raise UnknownSourceError(
        f"{file.path} {problem}: its keys are {_listed(head.keys[0])}; "
        f"say what it is with --source ({choices}), renaming its keys with --map theirs=ours."
    )


def _listed(keys: Iterable[str]) -> str:
    names = sorted(keys)
    more = f" and {len(names) - _SHOWN_KEYS} more" if len(names) > _SHOWN_KEYS else ""
    return ", ".join(names[:_SHOWN_KEYS]) + more
