"""One select for every format: each record with its run, or with why it is none."""

import json

from orchestration.loading.generic_columns import GenericColumn
from orchestration.loading.numbers import unreadable_number
from orchestration.loading.options import LoadOptions
from orchestration.loading.sources import Source
from orchestration.loading.sql import sql_array, sql_text
from orchestration.loading.times import date_signs, epoch_problem, moment_problem

__all__ = ["NOT_JSON", "rows_of"]

NOT_JSON = "not valid JSON"
_JSON_REASON = (
    f"multiIf(not isValidUTF8(record), 'not valid UTF-8', not isValidJSON(record), '{NOT_JSON}', "
    "concat('a JSON ', lower(toString(JSONType(record))), ', not an object'))"
)


def rows_of(lines: str, source: Source, options: LoadOptions, file_run: str) -> str:
    """Return the select that judges every line.

    Parameters
    ----------
    lines : str
        Select of the lines: ``number`` (UInt64), ``record`` (the line), ``reason`` (why it is known
        to hold no record, '' where nothing is known) and ``text`` (the line as it stands in the
        file).
    source : Source
        Where they come from.
    options : LoadOptions
        What to rename and to add; must be empty for a native source.
    file_run : str
        Expression, over ``number``, of the run that the line's file names.

    Returns
    -------
    str
        Columns ``number``, ``record`` (the JSON object), ``run_key`` (of the run or session, ''
        without one), ``reason`` (why the line is rejected, '' when it is good), ``text`` (of a
        rejected line) and ``date_signs`` (of the moments in it).
    """
    is_as_written = not (source.records_at or source.unfold or options)
    if not is_as_written:
        if source.held_at:
            lines = _listed(lines)
        if source.records_at:
            lines = _members_of(lines, source.records_at)
        # What is taken apart or renamed must be an object first.
        lines = (
            "select number, record, if(reason != '', reason, "
            f"if(JSONType(record) = 'Object', '', {_JSON_REASON})) as reason, text from ({lines})"
        )
    if source.unfold:
        lines = source.unfold(lines)
    if options:
        lines = (
            f"select number, if(reason = '', {_renamed(options)}, record) as record, reason, text "
            f"from ({lines})"
        )
    # All keys that are looked at come out of one pass over the record.
    names = list(
        dict.fromkeys(
            [
                *(key.partition(".")[0] for key in source.run_keys),
                *(column.name for group in source.requirements for column in group),
                *(column.name for column in _moments(source)),
                *(column.name for column in _numbers(source)),
                *(["date_order"] if source.is_generic else []),
            ]
        )
    ) or ["type"]
    given = ", ".join(f"`{name}` Nullable(String)" for name in names)
    lines = (
        f"select number, record, JSONExtract(record, 'Tuple({given})') as given, reason, text "
        f"from ({lines})"
    )
    reason = "reason"
    if is_as_written:
        # An object with one of the keys is valid: only the others are read once more.
        is_known = " or ".join(f"isNotNull(given.`{name}`)" for name in names)
        reason = (
            f"multiIf(reason != '', reason, startsWith(record, '{{') and ({is_known}), '', "
            f"JSONType(record) = 'Object', '', {_JSON_REASON})"
        )
    reasons = [
        reason,
        *map(_requirement, source.requirements),
        *_optional_moments(source),
        *_unreadable_numbers(source),
    ]
    # The first counts; nested conditions would repeat each other.
    reason = f"arrayFirst(problem -> problem != '', [{', '.join(reasons)}])"
    return (
        f"select number, record, {_run_key(source, file_run)} as run_key, {reason} as why, "
        "if(why = '', '', text) as text, "
        f"toUInt8({_date_signs(source)}) as date_signs from ({lines})"
    )


def _run_key(source: Source, file_run: str) -> str:
    given = [f"nullIf({_given(key)}, '')" for key in source.run_keys]
    # A generic row without any id is a run of its own, known by its content.
    otherwise = "lower(hex(sipHash128(record)))" if source.is_generic else file_run
    return f"coalesce({', '.join([*given, otherwise])})"


def _given(key: str) -> str:
    """Return the expression of a key's value; a dotted one lies in an object or in its text."""
    name, *steps = key.split(".")
    if not steps:
        return f"given.`{name}`"
    return f"JSONExtractString(ifNull(given.`{name}`, ''), {', '.join(map(sql_text, steps))})"


def _listed(lines: str) -> str:
    """Return the select of the documents that lines list: a line may be one, or a list of them."""
    members = (
        "if(reason = '' and match(record, '^\\\\[\\\\s*[{\\\\]]') and JSONType(record) = 'Array', "
        "JSONExtractArrayRaw(record), [record])"
    )
    return f"select number, arrayJoin({members}) as record, reason, text from ({lines})"


def _members_of(lines: str, key: str) -> str:
    """Return the select of the records that documents hold under a key.

    What it holds is a list, or a map by id, whose records get their id as ``_key``; a document
    without the key is a record itself.
    """
    with_id = (
        "concat('{\"_key\":', toJSONString(pair.1), "
        "if(match(pair.2, '^[{]\\\\s*[}]'), '', ','), substring(pair.2, 2))"
    )
    of_map = (
        f"arrayMap(pair -> if(startsWith(pair.2, '{{'), {with_id}, pair.2), "
        f"JSONExtractKeysAndValuesRaw(record, '{key}'))"
    )
    members = (
        f"multiIf(reason != '', [record], JSONType(record, '{key}') = 'Array', "
        f"JSONExtractArrayRaw(record, '{key}'), "
        f"JSONType(record, '{key}') = 'Object', {of_map}, [record])"
    )
    return (
        "select number + place - 1 as number, member as record, reason, "
        "if(length(members) = 1 and member = record_text, text, member) as text from ("
        f"select number, record as record_text, {members} as members, reason, text from ({lines})) "
        "array join members as member, arrayEnumerate(members) as place"
    )


def _renamed(options: LoadOptions) -> str:
    """Return the expression of the record under our names.

    A key of theirs whose name is given to another value stays as ``unmapped_<key>``.
    """
    plain = {theirs: ours for theirs, ours in options.mapping.items() if "." not in theirs}
    # The empty first element keeps the arrays typed when nothing is renamed.
    theirs, ours = (sql_array(["", *names]) for names in (plain, plain.values()))
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
    renamed = f"arrayMap(pair -> transform(pair.1, {theirs}, {ours}, ''), {pairs})"
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
    names = [column.name for column in group]
    wanted = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    absent = " and ".join(f"{_value(name)} = ''" for name in names)
    branches = [absent, sql_text(f"{wanted} is missing")]
    for column in group:
        branches += _problem(column)
    return f"multiIf({', '.join(branches)}, '')"


def _optional_moments(source: Source) -> list[str]:
    """Return the same for moments that may be missing, but not wrong."""
    columns = [column for column in _moments(source) if not column.requirement]
    return [f"multiIf({', '.join(_problem(column))}, '')" for column in columns]


def _unreadable_numbers(source: Source) -> list[str]:
    """Return the expressions of which number of a record cannot be read, of any that there are."""
    columns = _numbers(source)
    return [
        unreadable_number(
            {c.name: _value(c.name) for c in columns if c.type == type_}, is_count=type_ == "count"
        )
        for type_ in ("number", "count")
        if columns
    ]


def _problem(column: GenericColumn) -> list[str]:
    value = _value(column.name)
    if column.type == "timestamp":
        # Native formats write dates in one order.
        order = "''" if column.requirement == "moment" else _value("date_order")
        return moment_problem(column.name, value, order)
    if column.name in ("called_at_ms", "called_at_s"):
        return epoch_problem(column.name, value, column.name.rpartition("_")[2])
    return []


def _date_signs(source: Source) -> str:
    """Return the expression of what dates say of the order of day and month, where it is open."""
    signs = "0"
    for column in _moments(source):
        signs = f"bitOr({signs}, {date_signs(_value(column.name))})"
    return f"if({_value('date_order')} = '', {signs}, 0)" if source.is_generic else signs


def _moments(source: Source) -> list[GenericColumn]:
    return [column for column in source.columns if column.type == "timestamp"]


def _numbers(source: Source) -> list[GenericColumn]:
    return [c for c in source.columns if c.type in ("number", "count") and not c.requirement]


def _value(name: str) -> str:
    return f"trimBoth(ifNull(given.`{name}`, ''))"
