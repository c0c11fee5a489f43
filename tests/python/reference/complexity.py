"""Document B's ``_compute_input_complexity``, with both rules of K1 and the structure of K11."""

import json
from dataclasses import dataclass
from typing import Any

CHARS = (("tiny", 500), ("small", 2000), ("medium", 6000), ("large", 20000))
SCORES = (("tiny", 0.1), ("small", 0.3), ("medium", 0.6), ("large", 0.85))

Structure = frozenset[tuple[str, str]] | None


@dataclass(frozen=True)
class Complexity:
    """What the worker knows of an input; a ``structure`` of ``None`` is the empty input."""

    char_count: int
    estimated_tokens: int
    json_depth: int
    array_items: int
    score: float
    category_by_chars: str
    category_by_score: str
    structure: Structure


def input_complexity(text: str) -> Complexity:
    """Judge an input text as the document's worker does."""
    if not text:
        return Complexity(0, 0, 0, 0, 0.0, "tiny", "tiny", None)
    parsed = parse(text)
    char_count = len(text)
    estimated_tokens = char_count // 4
    depth = max_depth(parsed)
    array_items = count_array_items(parsed)
    score = min(
        1.0,
        (
            (char_count / 10000) * 0.4
            + (estimated_tokens / 2500) * 0.3
            + (depth / 10) * 0.15
            + (array_items / 1000) * 0.15
        ),
    )
    return Complexity(
        char_count,
        estimated_tokens,
        depth,
        array_items,
        score,
        category(char_count, CHARS),
        category(score, SCORES),
        frozenset(typed_paths(parsed)),
    )


def parse(text: str) -> Any:
    """Return the JSON value, or ``{}`` for what is none (R020)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {}


def max_depth(obj: Any, current: int = 0) -> int:
    """Return the nesting of non-empty dicts and lists, as the document computes it."""
    if not isinstance(obj, (dict, list)):
        return current
    if isinstance(obj, dict):
        return max([max_depth(v, current + 1) for v in obj.values()] or [current])
    return max([max_depth(item, current + 1) for item in obj] or [current])


def count_array_items(obj: Any) -> int:
    """Return the summed lengths of all lists, as the document computes them."""
    if isinstance(obj, list):
        return len(obj) + sum(count_array_items(item) for item in obj)
    if isinstance(obj, dict):
        return sum(count_array_items(v) for v in obj.values())
    return 0


def category(value: float, bounds: tuple[tuple[str, float], ...]) -> str:
    """Return the first category whose upper bound is above the value, else ``huge``."""
    return next((name for name, bound in bounds if value < bound), "huge")


def typed_paths(obj: Any, path: str = "$") -> set[tuple[str, str]]:
    """Return the JSON paths with their types (K11).

    Items of a list share one path; JSON knows one type of number, 2.0 being 2.
    """
    kind = type(obj).__name__
    found = {(path, "number" if kind in ("int", "float") else kind)}
    if isinstance(obj, dict):
        for key, value in obj.items():
            found |= typed_paths(value, f"{path}.{json.dumps(key)}")
    elif isinstance(obj, list):
        for item in obj:
            found |= typed_paths(item, f"{path}[]")
    return found
