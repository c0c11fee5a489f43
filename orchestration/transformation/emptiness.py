"""From which empty tables it follows that a query returns no rows, whatever the other tables hold.

Where a source is not used, most of what is computed from it is empty: a build need not run those
queries to know it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

__all__ = ["empty_because"]

Table = tuple[str, str]

# How ClickHouse changes an aggregate function, by the end of its name.
_COMBINATORS = (
    "simplestate", "ordefault", "distinct", "resample", "foreach", "argmin", "argmax", "ornull",
    "array", "merge", "state", "map", "if",
)  # fmt: skip
# Which sides of a join have to be empty for all of it to be: a name for both of the others fails.
_EITHER, _LEFT, _RIGHT, _BOTH = "either", "left", "right", "both"
_JOINS = {
    ("", ""): _EITHER,
    ("", "INNER"): _EITHER,
    ("", "CROSS"): _EITHER,
    ("", "ARRAY"): _LEFT,
    ("LEFT", ""): _LEFT,
    ("LEFT", "OUTER"): _LEFT,
    ("LEFT", "ANY"): _LEFT,
    ("LEFT", "SEMI"): _LEFT,
    ("LEFT", "ANTI"): _LEFT,
    ("LEFT", "ASOF"): _LEFT,
    ("LEFT", "ARRAY"): _LEFT,
    ("RIGHT", ""): _RIGHT,
    ("RIGHT", "OUTER"): _RIGHT,
    ("FULL", ""): _BOTH,
    ("FULL", "OUTER"): _BOTH,
}
_JOIN_METHODS = ("", "ASOF", "GLOBAL")

_Tables = frozenset[Table]
# A CTE's query, and the CTEs that it can see.
_Scope = Mapping[str, tuple[exp.Expr, Any]]


def empty_because(
    sql: str, empty: Collection[Table], aggregates: Collection[str]
) -> _Tables | None:
    """Return tables without which a query has no rows.

    Parameters
    ----------
    sql : str
        One query, in ClickHouse's dialect.
    empty : collection of (str, str)
        Tables that have no rows, by database and name.
    aggregates : collection of str
        Names of the engine's aggregate functions, lower case.

    Returns
    -------
    frozenset of (str, str) or None
        Tables of ``empty``: as long as they have no rows, the query has none, whatever others hold.
        None where that does not follow from the joins, unions and groups of the query alone, or the
        query is not understood. Conditions on columns are not looked at.
    """
    try:
        query = sqlglot.parse_one(sql, read="clickhouse")
    except (SqlglotError, RecursionError):
        return None
    return _Proof(frozenset(empty), frozenset(aggregates)).of(query, {})


class _Proof:
    def __init__(self, empty: _Tables, aggregates: frozenset[str]):
        self.empty = empty
        self.aggregates = aggregates

    def of(self, query: exp.Expr | None, scope: _Scope) -> _Tables | None:
        """Return the tables without which a query, or what stands after FROM, has no rows."""
        match query:
            case exp.Subquery():
                plain = not any(query.args.get(part) for part in ("joins", "with_", "laterals"))
                return self.of(query.this, scope) if plain else None
            case exp.Table():
                return self._of_table(query, scope)
            case exp.Union():
                seen = _with_ctes(query, scope)
                if seen is None:
                    return None
                return _both(self.of(query.left, seen), self.of(query.right, seen))
            case exp.Select():
                return self._of_select(query, scope)
        return None

    def _of_table(self, table: exp.Table, scope: _Scope) -> _Tables | None:
        if not isinstance(table.this, exp.Identifier) or table.args.get("joins"):
            return None
        if not table.db and table.name in scope:
            query, seen = scope[table.name]
            return self.of(query, seen)
        name = (table.db, table.name)
        return frozenset([name]) if name in self.empty else None

    def _of_select(self, select: exp.Select, scope: _Scope) -> _Tables | None:
        seen, source = _with_ctes(select, scope), select.args.get("from_")
        if seen is None or source is None or self._makes_rows(select):
            return None
        found = self.of(source.this, seen)
        for join in select.args.get("joins") or ():
            sides = _sides(join)
            joined = None if join.args.get("kind") == "ARRAY" else self.of(join.this, seen)
            if sides == _EITHER:
                found = found if found is not None else joined
            elif sides == _RIGHT:
                found = joined
            elif sides == _BOTH:
                found = _both(found, joined)
            elif sides is None:
                return None
        return found

    def _makes_rows(self, select: exp.Select) -> bool:
        """Return whether a SELECT may have a row though it reads none."""
        if select.args.get("laterals") or next(select.find_all(exp.WithFill), None):
            return True
        group = select.args.get("group")
        if group is None:
            return bool(select.args.get("having")) or self._aggregates(select.expressions)
        more = ("totals", "rollup", "cube", "grouping_sets", "all")
        keys = [key for key in group.expressions if not isinstance(key, exp.Tuple)]
        return not keys or any(group.args.get(name) for name in more)

    def _aggregates(self, columns: Iterable[exp.Expr]) -> bool:
        for column in columns:
            for call in column.find_all(exp.Func):
                is_over_window = isinstance(call.parent, exp.Window) and call.parent.this is call
                is_aggregate = isinstance(call, exp.AggFunc) or self._is_aggregate(call)
                if is_aggregate and not is_over_window:
                    return True
        return False

    def _is_aggregate(self, call: exp.Func) -> bool:
        name = (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()
        while name not in self.aggregates:
            ending = next((end for end in _COMBINATORS if name.endswith(end)), None)
            if not ending:
                return False
            name = name.removesuffix(ending)
        return True


def _with_ctes(query: exp.Expr, scope: _Scope) -> _Scope | None:
    """Return what a query can see with its own CTEs; None for CTEs that read themselves."""
    clause = query.args.get("with_")
    if clause is None:
        return scope
    if clause.args.get("recursive"):
        return None
    seen: dict[str, tuple[exp.Expr, Any]] = dict(scope)
    for cte in clause.expressions:
        if isinstance(cte.this, exp.Query) and not cte.args.get("scalar"):
            seen[cte.alias] = (cte.this, dict(seen))
    return seen


def _sides(join: exp.Join) -> str | None:
    if (join.args.get("method") or "").upper() not in _JOIN_METHODS:
        return None
    side, kind = (join.args.get("side") or "").upper(), (join.args.get("kind") or "").upper()
    return _JOINS.get((side, kind))


def _both(left: _Tables | None, right: _Tables | None) -> _Tables | None:
    return None if left is None or right is None else left | right
