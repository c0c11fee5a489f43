"""Templates that dbt compiles again in each of its runs, compiled once per process.

The tests run dbt dozens of times in a process, and a third of a parse compiles the same macros.
"""

from types import CodeType
from typing import Any

from jinja2 import Environment

__all__ = ["compile_once"]

_compiled: dict[tuple, CodeType | str] = {}
_compile = Environment.compile


def compile_once() -> None:
    """Keep what Jinja compiles, by text and by what its code depends on: class, filters, tests."""
    Environment.compile = _compile_once


def _compile_once(environment: Environment, source: Any, *rest: Any, **named: Any) -> Any:
    # The code of filters that take the environment is chosen while compiling.
    functions = (*environment.filters.items(), *environment.tests.items())
    key = (source, type(environment), rest, *named.items(), *environment.extensions, functions)
    try:
        found = _compiled.get(key)
    except TypeError:  # parsed already
        return _compile(environment, source, *rest, **named)
    if found is None:
        found = _compiled[key] = _compile(environment, source, *rest, **named)
    return found
