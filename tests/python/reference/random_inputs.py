"""Records put in several places, with one change each, and inputs that parsers trip over."""

import json
from typing import Any

from hypothesis import strategies as st

from reference.random_logs import drawn, keys, values

FIRST_KEY, NEW_KEY = "first", "renamed"
RECORDS = 40

ODD = {
    "a key twice": '{"a": 1, "a": 2}',
    "a list twice": '{"a": [1, [2, 3]], "b": {"c": 1}, "a": 4, "b": [5]}',
    "no number": '{"a": [NaN, -Infinity, {"b": [Infinity]}], "NaN": "-Infinity 1e400"}',
    "no computer's numbers": '[1e400, -1e400, {"a": 123456789012345678901234567890}]',
    "half an emoji": '{"a": ["x\\udc00y", "\\ud83d\\ude00", "\\\\ud800 \\" ["]}',
    "nearly JSON": '{"a": [01, nan]}',
    "a key with a dot": '{"a.b": 1, "a": {"b": 2}}',
    "a byte-order mark": '\ufeff{"a": 1}',
    "nested very deep": "[" * 1500 + "]" * 1500,
}


def reordered(value: Any) -> Any:
    """Turn round the keys of every object."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def lengthened(value: Any) -> Any:
    """Repeat an item of every list; as it was, or lists in lists would grow without bounds."""
    if isinstance(value, dict):
        return {key: lengthened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [lengthened(item) for item in value] + value[:1]
    return value


def renamed(record: dict[str, Any]) -> dict[str, Any]:
    """Rename a key."""
    return {NEW_KEY if key == FIRST_KEY else key: item for key, item in record.items()}


def retyped(record: dict[str, Any]) -> dict[str, Any]:
    """Give a value another type."""
    return record | {FIRST_KEY: 1 if isinstance(record[FIRST_KEY], str) else "text"}


CHANGES = {"reordered": reordered, "lengthened": lengthened, "renamed": renamed, "retyped": retyped}
PLACES = {
    "at the top": lambda record: record,
    "nested": lambda record: {"outer": {"inner": record}},
    "in a list": lambda record: {"rows": [record]},
    "in a list of lists": lambda record: [[record]],
}

_records = st.builds(
    lambda first, others: {FIRST_KEY: first} | others,
    st.one_of(st.integers(0, 9), st.text(max_size=3), st.lists(st.integers(0, 9), min_size=1)),
    st.dictionaries(keys.filter(lambda key: key not in (FIRST_KEY, NEW_KEY)), values, max_size=3),
)


def changed_inputs() -> dict[str, str]:
    """Return texts by place, change (or ``none``) and number of the record, joined by ``/``."""
    alterations = {"none": lambda record: record} | CHANGES
    return {
        f"{place}/{change}/{number}": json.dumps(put(alter(record)))
        for number, record in enumerate(drawn(_records, RECORDS))
        for place, put in PLACES.items()
        for change, alter in alterations.items()
    }
