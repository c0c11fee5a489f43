"""Split a statement into tokens, and the clauses at its end from the rest.

Whatever ClickHouse and this lexer could read differently is refused: comments within comments,
heredocs, typographic quotes. What runs is put together from the tokens, without comments.
"""

import re
from dataclasses import dataclass

from orchestration.serving.errors import QueryError

__all__ = ["Statement", "Token", "assignments", "filter_expressions", "read", "unquoted"]

_SYNTAX = 62
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n\f\v]+)
    |(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\]|\\.|'')*')
    |(?P<quoted>`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*")
    |(?P<number>(?:0[xX][0-9a-fA-F]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![A-Za-z_]))
    |(?P<word>[A-Za-z_0-9][A-Za-z_0-9]*)
    |(?P<sign><=>|::|->|=>|==|!=|<>|<=|>=|\|\||@@|[-+*/%=<>(),.;?:{}\[\]!@^|&])
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = "([{", ")]}"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "a": "\a", "v": "\v"}


@dataclass(frozen=True)
class Token:
    """A token.

    Attributes
    ----------
    kind : str
        ``word``, ``quoted``, ``string``, ``number`` or ``sign``.
    text : str
        As it was written.
    is_apart : bool
        Whether spaces or comments stood before it.
    """

    kind: str
    text: str
    is_apart: bool = False

    @property
    def word(self) -> str:
        """The word in lower case; empty if it is none."""
        return self.text.lower() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """The name that a word or a quoted identifier stands for; empty for other tokens."""
        if self.kind == "word":
            return self.text
        return unquoted(self.text) if self.kind == "quoted" else ""


@dataclass(frozen=True)
class Statement:
    """One statement, with the clauses that are about its result and not its rows taken off.

    Attributes
    ----------
    tokens : tuple of Token
        Without comments, spaces and those clauses.
    settings : dict of str to str
        Settings at its end, each value as it was written.
    format_name : str
        What FORMAT names; empty if nothing.
    """

    tokens: tuple[Token, ...]
    settings: dict[str, str]
    format_name: str

    @property
    def text(self) -> str:
        """The statement."""
        return "".join(" " * token.is_apart + token.text for token in self.tokens).strip()

    @property
    def verb(self) -> str:
        """Its first word, in lower case."""
        return next((token.word for token in self.tokens if token.text != "("), "")


def read(sql: str) -> Statement:
    """Read one statement.

    Parameters
    ----------
    sql : str
        The statement; a semicolon at its end is ignored.

    Raises
    ------
    QueryError
        If it is empty, more than one, or cannot be read without doubt.
    """
    tokens = _tokens(sql)
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    if not tokens:
        raise QueryError(_SYNTAX, "Empty query.")
    if any(token.text == ";" for token in tokens):
        raise QueryError(_SYNTAX, "Multi-statements are not allowed: send one statement a request.")
    settings: dict[str, str] = {}
    format_name = ""
    for _ in range(3):
        if len(tokens) > 2 and tokens[-2].word == "format" and tokens[-1].kind == "word":
            if format_name:
                raise QueryError(_SYNTAX, "FORMAT is given twice.")
            format_name = tokens.pop().text
            tokens.pop()
        start = _settings_start(tokens)
        if start is not None:
            settings = {**_assignments(tokens[start + 1 :]), **settings}
            tokens = tokens[:start]
    return Statement(tuple(tokens), settings, format_name)


def unquoted(text: str) -> str:
    """Return what a string or a quoted identifier stands for.

    Parameters
    ----------
    text : str
        With its quotes.
    """
    quote, body = text[0], text[1:-1]
    return re.sub(
        rf"\\(x[0-9a-fA-F]{{2}}|.)|{quote}{quote}",
        lambda found: quote if found[1] is None else _escaped(found[1]),
        body,
        flags=re.DOTALL,
    )


def assignments(tokens: tuple[Token, ...]) -> dict[str, str]:
    """Return the names and values of ``name = value, …``, as in SET."""
    return _assignments(list(tokens))


def filter_expressions(value: str) -> list[str]:
    """Return the SQL in the value of a setting: a string, or a map of tables to strings.

    Parameters
    ----------
    value : str
        As it was written.
    """
    tokens = _tokens(value)
    is_map = bool(tokens) and tokens[0].text == "{"
    return [
        unquoted(token.text)
        for place, token in enumerate(tokens)
        if token.kind == "string" and (not is_map or tokens[place - 1].text == ":")
    ]


def _escaped(text: str) -> str:
    return chr(int(text[1:], 16)) if len(text) > 1 else _ESCAPES.get(text, text)


def _tokens(sql: str) -> list[Token]:
    tokens = []
    place, is_apart = 0, False
    while place < len(sql):
        found = _TOKEN.match(sql, place)
        if found is None or found.lastgroup is None:
            raise QueryError(_SYNTAX, _unreadable(sql, place))
        kind, text = found.lastgroup, found[0]
        if kind == "comment" and ("/*" in text[2:] or (text.startswith("--") and "\r" in text)):
            raise QueryError(_SYNTAX, "A comment within a comment is not understood: take it out.")
        if kind == "sign" and sql.startswith("//", place):
            raise QueryError(_SYNTAX, "Begin a comment with --, not with //.")
        if kind == "quoted" and (_CONTROL.search(text) or _CONTROL.search(unquoted(text))):
            raise QueryError(_SYNTAX, f"The name {text!r} has a control character.")
        if kind in ("space", "comment"):
            is_apart = True
        else:
            tokens.append(Token(kind, text, is_apart))
            is_apart = False
        place = found.end()
    return tokens


def _unreadable(sql: str, place: int) -> str:
    sign = sql[place]
    if sign in "'\"`":
        return f"A {sign} at position {place + 1} is not closed."
    if sql.startswith("/*", place):
        return f"A comment at position {place + 1} is not closed."
    return (
        f"Syntax error: unexpected {sign!r} at position {place + 1}: use plain quotes, spaces and "
        f"-- comments, and put names with other letters between backquotes."
    )


def _settings_start(tokens: list[Token]) -> int | None:
    """Return where the SETTINGS clause at the end begins; None if there is none."""
    depth = 0
    for place in range(len(tokens) - 1, -1, -1):
        text = tokens[place].text
        depth += (text in _CLOSE) - (text in _OPEN)
        if depth < 0:
            return None
        if not depth and tokens[place].word == "settings" and _is_assignment(tokens, place + 1):
            return place
    return None


def _is_assignment(tokens: list[Token], place: int) -> bool:
    return (
        len(tokens) > place + 2
        and tokens[place].kind in ("word", "quoted")
        and tokens[place + 1].text in ("=", "==")
    )


def _assignments(tokens: list[Token]) -> dict[str, str]:
    values: dict[str, str] = {}
    place = 0
    while place < len(tokens):
        if not _is_assignment(tokens, place):
            raise QueryError(_SYNTAX, "Write settings as SETTINGS name = value, name = value.")
        name = tokens[place].name
        end, depth = place + 2, 0
        while end < len(tokens) and (depth or tokens[end].text != ","):
            depth += (tokens[end].text in _OPEN) - (tokens[end].text in _CLOSE)
            end += 1
        value = tokens[place + 2 : end]
        if any(token.kind == "word" and token.word not in _VALUES for token in value):
            raise QueryError(_SYNTAX, f"The value of the setting {name} is not a constant.")
        values[name] = " ".join(token.text for token in value)
        place = end + 1
    return values


_VALUES = {"true", "false", "null", "inf", "nan", "default", "map", "array"}
