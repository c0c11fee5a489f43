"""One select for every format: each line of a file as a record, or with why it is none."""

import json
import re
from dataclasses import replace

from orchestration.loading.csv_rows import read_rows
from orchestration.loading.detect import Head, members_of, text_table
from orchestration.loading.discover import LogFile
from orchestration.loading.generic_columns import GenericColumn
from orchestration.loading.numbers import unreadable_number
from orchestration.loading.options import LoadOptions
from orchestration.loading.reader import Reader
from orchestration.loading.sources import Source

__all__ = ["rows_of", "sql_text"]

# Half of a cut emoji makes a line unreadable to strict parsers; \1 keeps whole pairs and escaped
# backslashes, and drops lone halves.
_LONE_SURROGATE = (
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_JSON_REASON = (
    "multiIf(not isValidUTF8(record), 'not valid UTF-8', not isValidJSON(record), "
    "'not valid JSON', concat('a JSON ', lower(toString(JSONType(record))), ', not an object'))"
)
_PARQUET_AS_JSON = (
    "date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0, "
    "output_format_json_quote_denormals = 0, max_threads = 1"
)
# Seconds and milliseconds since 1970, in this century, are the numbers that name a moment.
_NUMBER = "^[-+]?[0-9.]+$"
_EPOCH = "^([0-9]{10}|[0-9]{13})([.][0-9]+)?$"


def sql_text(value: str) -> str:
    """Return a text as a SQL literal.

    Arguments
    ---------
    value : str
        Any text.

    Returns
    -------
    str
        The text in quotes, what would end it escaped.
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def rows_of(reader: Reader, file: LogFile, head: Head, source: Source, options: LoadOptions) -> str:
    """Return the select that yields every line of a file, read and judged.

    Arguments
    ---------
    reader : Reader
        Where files are read; CSV is converted in its scratch directory.
    file : LogFile
        The file.
    head : Head
        What :func:`~orchestration.loading.detect.read_head` saw.
    source : Source
        Where its lines come from.
    options : LoadOptions
        What to rename and to add; must be empty for a native source.

    Returns
    -------
    str
        Columns ``number`` (UInt64, from 1), ``record`` (the JSON object), ``run_key`` (of the run
        or session, '' without one), ``reason`` (why the line is rejected, '' when it is good) and
        ``text`` (the line as it is). Blank lines are left out. The records of one document share
        its number.
    """
    lines = _lines(reader, file, head, source)
    if source.unfold:
        lines = source.unfold(lines)
    if options:
        lines = (
            f"select number, if(reason = '', {_renamed(options)}, record) as record, reason, text "
            f"from ({lines})"
        )
    # All keys that are looked at come out of one pass over the record.
    names = dict.fromkeys(
        [
            *(key.partition(".")[0] for key in source.run_keys),
            *(column.name for group in source.requirements for column in group),
            *(column.name for column in _numbers(source)),
        ]
    )
    # A tuple without elements is no type.
    given = ", ".join(f"`{name}` Nullable(String)" for name in names or ["type"])
    lines = (
        f"select number, record, JSONExtract(record, 'Tuple({given})') as given, reason, text "
        f"from ({lines})"
    )
    run_key = _run_key(source, _file_run(reader, file, head, source))
    reasons = [
        "reason",
        *map(_requirement, source.requirements),
        *(
            unreadable_number(
                {c.name: _value(c.name) for c in _numbers(source) if c.type == type_},
                is_count=type_ == "count",
            )
            for type_ in ("number", "count")
        ),
    ]
    reason = f"arrayFirst(why -> why != '', [{', '.join(reasons)}])"
    # A CSV row that was read well has no text of its own.
    return (
        f"select number, record, {run_key} as run_key, {reason} as reason, "
        f"if(text = '', record, text) as text from ({lines})"
    )


def _run_key(source: Source, file_run: str) -> str:
    given = [f"nullIf({_given(key)}, '')" for key in source.run_keys]
    # A generic row without any id is a run of its own, known by its content.
    otherwise = "lower(hex(sipHash128(record)))" if source.is_generic else sql_text(file_run)
    return f"coalesce({', '.join([*given, otherwise])})"


def _file_run(reader: Reader, file: LogFile, head: Head, source: Source) -> str:
    """Return the run that the file itself names: in one of its lines, else in its path."""
    named = source.file_run
    if named is None or file.format not in ("jsonl", "json"):
        return ""
    if named.line_type:
        keys = ", ".join(map(sql_text, named.line_keys))
        table = text_table(reader, file, head.is_document)
        rows = reader.select(
            f"select JSONExtractString(line, {keys}) as run from {table} "
            f"where JSONExtractString(line, 'type') = {sql_text(named.line_type)} and run != '' "
            "limit 1 settings max_threads = 1"
        )
        if rows:
            return rows[0][0]
    found = re.search(named.path, file.path.as_posix())
    return found[1] if found else ""


def _given(key: str) -> str:
    """Return the expression of a key's value; a dotted one lies in an object or in its text."""
    name, *steps = key.split(".")
    if not steps:
        return f"given.`{name}`"
    return f"JSONExtractString(ifNull(given.`{name}`, ''), {', '.join(map(sql_text, steps))})"


def _lines(reader: Reader, file: LogFile, head: Head, source: Source) -> str:
    if file.format == "csv":
        converted = _converted_csv(reader, file)
        table = reader.table(
            converted, "JSONEachRow", "number UInt64, record String, reason String, text String"
        )
        return f"select number, record, reason, text from {table}"
    if file.format == "parquet":
        table = reader.table(file, "Parquet")
        return (
            "select number, record, if(isValidUTF8(record), '', 'not valid UTF-8') as reason, "
            "record as text from (select rowNumberInAllBlocks() + 1 as number, "
            f"formatRowNoNewline('JSONEachRow', *) as record from {table} "
            f"settings {_PARQUET_AS_JSON})"
        )
    table = text_table(reader, file, head.is_document)
    if source.records_at:
        table = f"(select arrayJoin({members_of('line', source.records_at)}) as line from {table})"
    # Each JSON function parses the line again: a good line is parsed once, by JSONType, which
    # also refuses invalid UTF-8.
    return (
        "select number, if(is_cut, "
        f"replaceRegexpAll(whole, {sql_text(_LONE_SURROGATE)}, '\\\\1'), whole) as record, "
        f"if(JSONType(record) = 'Object', '', {_JSON_REASON}) as reason, "
        "whole as text from (select rowNumberInAllBlocks() + 1 as number, "
        "trimBoth(if(startsWith(line, '\\xEF\\xBB\\xBF'), substring(line, 4), line), ' \\t\\r') "
        "as whole, position(line, '\\\\ud') > 0 and JSONType(whole) != 'Object' as is_cut "
        f"from {table}) where whole != ''"
    )


def _converted_csv(reader: Reader, file: LogFile) -> LogFile:
    path = reader.scratch_path()
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as output:
        for row in read_rows(reader.lines(file)):
            output.write(json.dumps(vars(row), ensure_ascii=False) + "\n")
    return replace(file, path=path, format="json", compression="none")


def _renamed(options: LoadOptions) -> str:
    """Return the expression of the record under our names.

    A key of theirs whose name is given to another value stays as ``unmapped_<key>``.
    """
    plain = {theirs: ours for theirs, ours in options.mapping.items() if "." not in theirs}
    # The empty first element keeps the arrays typed when nothing is renamed.
    theirs, ours = (", ".join(map(sql_text, ["", *names])) for names in (plain, plain.values()))
    added = [
        f"tuple({sql_text(target)}, {_nested(path)})"
        for path, target in options.mapping.items()
        if "." in path
    ] + [
        f"tuple({sql_text(target)}, {sql_text(json.dumps(value, ensure_ascii=False))})"
        for target, value in options.constants.items()
    ]
    pairs = "JSONExtractKeysAndValuesRaw(record)"
    extra = (
        "arrayFilter(pair -> pair.2 != '', "
        f"cast([{', '.join(added)}], 'Array(Tuple(String, String))'))"
    )
    renamed = f"arrayMap(pair -> transform(pair.1, [{theirs}], [{ours}], ''), {pairs})"
    given = f"arrayConcat(arrayMap(pair -> pair.1, {extra}), {renamed})"
    own = (
        "arrayMap((pair, name) -> (multiIf(name != '', name, "
        f"has({given}, pair.1), concat('unmapped_', pair.1), pair.1), pair.2), {pairs}, {renamed})"
    )
    members = (
        f"arrayMap(pair -> concat(toJSONString(pair.1), ':', pair.2), arrayConcat({own}, {extra}))"
    )
    return f"concat('{{', arrayStringConcat({members}, ','), '}}')"


def _nested(path: str) -> str:
    steps = ", ".join(map(sql_text, path.split(".")))
    whole = f"JSONExtractRaw(record, {sql_text(path)})"
    return f"if({whole} != '', {whole}, JSONExtractRaw(record, {steps}))"


def _requirement(group: tuple[GenericColumn, ...]) -> str:
    """Return the expression of which required values of a record are missing, or ''."""
    values = {column.name: _value(column.name) for column in group}
    names = [column.name for column in group]
    wanted = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    absent = " and ".join(f"{value} = ''" for value in values.values())
    branches = [absent, sql_text(f"{wanted} is missing")]
    for column in group:
        value = values[column.name]
        shown = f"substring({value}, 1, 100)"
        if column.type == "timestamp":
            branches += [
                f"{value} != '' and match({value}, '{_NUMBER}') and not match({value}, '{_EPOCH}')",
                f"concat('{column.name} is a bare number, which names no moment: ', {shown})",
                f"{value} != '' and isNull(parseDateTime64BestEffortOrNull({value}, 6, 'UTC'))",
                f"concat('{column.name} is no timestamp: ', {shown})",
            ]
        elif column.type == "number":
            branches += [
                f"{value} != '' and not ifNull(isFinite(toFloat64OrNull({value})), 0)",
                f"concat('{column.name} is no number: ', {shown})",
            ]
    return f"multiIf({', '.join(branches)}, '')"


def _numbers(source: Source) -> list[GenericColumn]:
    """Return the columns whose values must be readable numbers, where there are any."""
    return [
        column
        for column in source.columns
        if column.type in ("number", "count") and not column.requirement
    ]


def _value(name: str) -> str:
    return f"trimBoth(ifNull(given.`{name}`, ''))"
