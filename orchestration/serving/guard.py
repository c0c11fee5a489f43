"""Which statements may run: those that only read what is served.

A statement passes two independent checks. The first is on its tokens, which hold everything that
was written. The second is on the engine's own parse (EXPLAIN AST), which resolves what the tokens
mean, but leaves out some parts, such as the function in ``* apply(file)``. Both allow by name; what
a newer engine brings is refused until it is listed.
"""

import re

from orchestration.serving.errors import QueryError
from orchestration.serving.lexer import Statement, Token
from orchestration.serving.names import (
    FORMATS,
    KEYWORDS,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
    is_allowed_function,
    refused_functions,
)

__all__ = ["check_format", "check_syntax_tree", "check_tokens"]

_DENIED = 497
_UNKNOWN_FORMAT = 73
_UNKNOWN_FUNCTION = 46
_SYSTEM = "system"
_INFORMATION_SCHEMA = "information_schema"

# A line of EXPLAIN AST: indentation, kind of node, its name, alias and number of children.
_LINE = re.compile(r"( *)([A-Z][\w:]*)(?: (.*?))?(?: \(alias .*\))?(?: \(children \d+\))?")
_STATEMENTS = re.compile(
    r"SelectWithUnionQuery|SelectIntersectExceptQuery|DescribeQuery|Explain|Exists\w*Query"
    r"|ShowCreate\w*Query|ShowTables|ShowColumns|ShowFunctions|ShowIndexes|ShowEngineQuery"
    r"|ShowSettings?|ShowCatalog"
)
_NODES = re.compile(
    r"SelectQuery|ExpressionList|Function|Identifier|TableIdentifier|Literal|Asterisk"
    r"|QualifiedAsterisk|Columns[\w:]*|QualifiedColumns[\w:]*|Subquery|TablesInSelectQuery"
    r"|TablesInSelectQueryElement|TableExpression|TableJoin|ArrayJoin|OrderByElement"
    r"|InterpolateElement|WithElement|WindowDefinition|WindowListElement|SampleRatio"
    r"|QueryParameter|DataType|NameTypePair|Collation|Pair|Tuple\w*|ObjectTypeArgument"
)
_EXPLAINS = {"EXPLAIN", "EXPLAIN AST", "EXPLAIN SYNTAX", "EXPLAIN QUERY TREE", "EXPLAIN PIPELINE"}
_EXPLAINS |= {"EXPLAIN PLAN", "EXPLAIN ESTIMATE"}
# Functions that take others, also by their name alone: arrayMap(lower, ['A']).
_TAKES_FUNCTIONS = re.compile(r"(?:array|map)\w+", re.IGNORECASE)


def check_tokens(statement: Statement) -> None:
    """Refuse what the written words show.

    Parameters
    ----------
    statement : Statement
        As it was read.

    Raises
    ------
    QueryError
        If it calls, reads or does what is not allowed.
    """
    tokens = statement.tokens
    is_show = statement.verb == "show"
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else Token("sign", "")
        if token.word == "into" and after.word == "outfile":
            raise QueryError(_DENIED, "INTO OUTFILE is not allowed: take the result as the answer.")
        if token.word == "infile":
            raise QueryError(_DENIED, "FROM INFILE is not allowed.")
        if token.word == "settings" and _assigns(tokens, place + 1):
            raise QueryError(_DENIED, "SETTINGS is allowed at the end of the statement only.")
        if token.name and after.text == "(":
            _check_call(token, is_show)
            if _TAKES_FUNCTIONS.fullmatch(token.name):
                _check_taken(tokens, place + 2)
        if token.word == "apply":
            _check_apply(tokens, place)
        before = tokens[place - 1].text if place else ""
        if token.name == _SYSTEM and after.text == "." and before != ".":
            _check_system_table(tokens, place + 2)


def check_syntax_tree(lines: list[str], database: str) -> None:
    """Refuse what the engine's parse shows.

    Parameters
    ----------
    lines : list of str
        The output of EXPLAIN AST.
    database : str
        The current database, in which names without one are looked up.

    Raises
    ------
    QueryError
        If it is no statement that reads, or calls or reads what is not allowed.
    """
    path: list[str] = []
    names: list[str] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise QueryError(_DENIED, "The statement has a part that is not understood here.")
        depth, kind, name = len(found[1]), found[2], found[3] or ""
        del path[depth:], names[depth:]
        parent = path[-1] if path else ""
        is_argument = kind == "Identifier" and path[-2:-1] == ["Function"]
        if is_argument and _TAKES_FUNCTIONS.fullmatch(names[-2]):
            _check_reference(name)
        path.append(kind)
        names.append(name)
        if number == 0 and not _STATEMENTS.fullmatch(kind):
            raise QueryError(
                _DENIED, "Only statements that read are allowed: SELECT, SHOW, DESCRIBE, EXPLAIN."
            )
        _check_node(kind, name, parent, database)


def check_format(name: str) -> None:
    """Refuse formats that are none, or that read or write more than the answer.

    Parameters
    ----------
    name : str
        As the statement or the client names it.

    Raises
    ------
    QueryError
        If it is not allowed.
    """
    if name.lower() not in FORMATS:
        raise QueryError(_UNKNOWN_FORMAT, f"Unknown format {name}, or one that is not served.")


def _assigns(tokens: tuple[Token, ...], place: int) -> bool:
    return len(tokens) > place + 1 and bool(tokens[place].name) and tokens[place + 1].text == "="


def _check_call(token: Token, is_show: bool) -> None:
    """Refuse a call of a function that the engine has; other names may be a table's or a type's."""
    name = token.name.lower()
    if token.word in KEYWORDS or name in TABLE_FUNCTIONS or is_allowed_function(name):
        return
    if is_show or name in refused_functions():
        raise QueryError(_DENIED, f"The function {token.name} is not allowed.")


def _check_taken(tokens: tuple[Token, ...], place: int) -> None:
    """Refuse a function that is taken by its name; a lambda's parameter may be called like one."""
    while place < len(tokens) and tokens[place].text == "(":
        place += 1
    name, after = (
        tokens[at] if at < len(tokens) else Token("sign", "") for at in (place, place + 1)
    )
    if after.text not in (".", "->", "("):
        _check_reference(name.name)


def _check_reference(name: str) -> None:
    if name.lower() in refused_functions():
        raise QueryError(_DENIED, f"The function {name} is not allowed.")


def _check_apply(tokens: tuple[Token, ...], place: int) -> None:
    """Refuse a function that is applied to columns by its name."""
    before = tokens[place - 1].text if place else ""
    rest = [token for token in tokens[place + 1 : place + 4] if token.text != "("]
    if before not in ("*", ")") or not rest or not rest[0].name:
        return
    is_lambda = len(rest) > 1 and rest[1].text == "->"
    if not is_lambda and not is_allowed_function(rest[0].name):
        raise QueryError(_DENIED, f"The function {rest[0].name} is not allowed.")


def _check_system_table(tokens: tuple[Token, ...], place: int) -> None:
    name = tokens[place].name if place < len(tokens) else ""
    if name not in SYSTEM_TABLES:
        raise QueryError(_DENIED, f"The table system.{name} is not served.")


def _check_node(kind: str, name: str, parent: str, database: str) -> None:
    if kind == "Function":
        if parent == "TableExpression":
            if name.lower() not in TABLE_FUNCTIONS:
                raise QueryError(_DENIED, f"The table function {name} is not allowed.")
        elif not is_allowed_function(name) and name not in _OPERATORS:
            if name.lower() in refused_functions():
                raise QueryError(_DENIED, f"The function {name} is not allowed.")
            raise QueryError(
                _UNKNOWN_FUNCTION, f"Function with name `{name}` does not exist, or is not served."
            )
    elif kind in ("Identifier", "TableIdentifier"):
        first, dot, rest = name.partition(".")
        if first == _SYSTEM and dot and rest.split(".")[0] not in SYSTEM_TABLES:
            raise QueryError(_DENIED, f"The table {name} is not served.")
        if kind == "TableIdentifier" and not dot and database == _SYSTEM:
            raise QueryError(_DENIED, "Name tables of the database system in full.")
    elif kind == "Explain":
        if name not in _EXPLAINS:
            raise QueryError(_DENIED, f"{name} is not allowed.")
    elif not (
        _NODES.fullmatch(kind)
        or _STATEMENTS.fullmatch(kind)
        or (kind == "Set" and parent == "Explain")
    ):
        raise QueryError(_DENIED, f"The statement has a part that is not allowed: {kind}.")


# Functions of the parse that stand for operators, and are not called by these names.
_OPERATORS = {"lambda", "exists", "untuple", "grouping"}
