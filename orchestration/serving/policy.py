"""Which settings of a client are applied, lowered to a limit, or accepted and left alone.

Tools set what they please, and stop working where a server refuses it. So every setting that the
engine knows is accepted; what could do more than shape the answer has no effect.
"""

import re
from dataclasses import dataclass, field

from orchestration.serving.errors import QueryError
from orchestration.serving.limits import Limits

__all__ = ["FILTERS", "Chosen", "choose", "quoted"]

_UNKNOWN_SETTING = 115
_BAD_VALUE = 36

_SHAPING = re.compile(
    r"output_format_(?!.*(?:schema|path|file)).*"
    r"|format_(?:csv|tsv|custom|display|binary|pretty|avro)_(?!.*(?:schema|path|file)).*"
    r"|formatdatetime_.*|parsedatetime_.*|bool_(?:true|false)_representation|date_time_.*_format"
    r"|session_timezone|join_use_nulls|(?:union|intersect|except)_default_mode|totals_mode"
    r"|aggregate_functions_null_for_empty|group_by_use_nulls|transform_null_in|extremes"
    r"|prefer_column_name_to_alias|cast_\w+|any_join_distinct_right_table_keys|limit|offset"
    r"|joined_subquery_requires_alias|enable_positional_arguments|decimal_check_overflow"
    r"|low_cardinality_allow_in_native_format|data_type_default_nullable|max_block_size"
    r"|(?:max|min)_(?:rows|bytes)_to_(?:read|group_by|sort)|max_columns_to_read"
    r"|(?:read|result|group_by|sort|timeout|distinct|join|set|transfer)_overflow_mode"
    r"|max_rows_in_(?:join|set|distinct)|enable_named_columns_in_function_tuple"
)
# SQL that the engine adds to a query: it passes the guard before it is applied.
FILTERS = ("additional_table_filters", "additional_result_filter")
_WHOLE = re.compile(r"'?(\d+)(?:\.\d+)?'?")
_LITERAL = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false", re.IGNORECASE)


@dataclass
class Chosen:
    """Settings that are in force for a query.

    Attributes
    ----------
    applied : dict of str to str
        Names and values, each as SQL.
    filters : dict of str to str
        Those of :data:`FILTERS`, which still have to pass the guard.
    """

    applied: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)


def choose(asked: dict[str, str], known: frozenset[str], limits: Limits) -> Chosen:
    """Return what is in force of the settings that a client asks for.

    Parameters
    ----------
    asked : dict of str to str
        Names and values, each as SQL.
    known : frozenset of str
        Settings of the engine.
    limits : Limits
        What a query may use.

    Raises
    ------
    QueryError
        If the engine knows no such setting, or the value of a limit is no number.
    """
    highest = {
        "max_execution_time": limits.seconds,
        "max_memory_usage": limits.memory_bytes,
        "max_result_rows": limits.result_rows,
        "max_threads": limits.threads,
    }
    chosen = Chosen(applied={name: str(limit) for name, limit in highest.items()})
    for name, value in asked.items():
        if name in highest:
            chosen.applied[name] = str(_lowered(name, value, highest[name]))
        elif name in FILTERS:
            chosen.filters[name] = value
        elif name not in known and not name.startswith("SQL_"):
            raise QueryError(
                _UNKNOWN_SETTING,
                f"Setting {name} is neither a builtin setting nor started with the prefix 'SQL_'.",
            )
        elif _SHAPING.fullmatch(name):
            chosen.applied[name] = value
    return chosen


def quoted(value: str) -> str:
    """Return a value of a URL as SQL."""
    if _LITERAL.fullmatch(value):
        return value
    if value.startswith("{") and value.endswith("}"):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _lowered(name: str, value: str, limit: int) -> int:
    if value.strip("'") == "auto":
        return limit
    found = _WHOLE.fullmatch(value)
    if found is None:
        raise QueryError(_BAD_VALUE, f"The setting {name} is {value}; it is a number.")
    # Zero stands for no limit.
    return min(int(found[1]) or limit, limit)
