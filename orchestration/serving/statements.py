"""From a request to what the engine runs, and to the state of a session."""

import re
import time
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.serving.errors import QueryError
from orchestration.serving.guard import check_format, check_tokens
from orchestration.serving.lexer import Statement, Token, assignments, read, unquoted
from orchestration.serving.limits import Limits
from orchestration.serving.policy import choose, quoted
from orchestration.serving.requests import PARAMETER, Request
from orchestration.serving.responses import SERVER_NAME

__all__ = ["Session", "Sessions", "prepare"]

_DEFAULT_FORMAT = "TabSeparated"
_DEFAULT_SECONDS = 60
# What follows them may be data, and no SQL.
_WRITES = re.compile(
    r"\s*(insert|create|alter|drop|delete|update|truncate|rename|exchange|optimize|attach|detach"
    r"|grant|revoke|system|kill|backup|restore|undrop|replace|move|begin|commit|rollback)\b",
    re.IGNORECASE,
)
_ACCESS_DENIED, _LOCKED, _NO_SESSION = 497, 373, 372
_SYNTAX, _UNKNOWN_DATABASE = 62, 81
_MOST_SESSIONS = 1000
# Grafana asks for it when it connects; the engine would tell the name of the machine.
_SERVER_NAME = ("displayName", "(", ")")


@dataclass
class Session:
    """What SET and USE have changed for the requests of a session.

    Attributes
    ----------
    database : str
        The current database; empty for the default.
    settings, params : dict of str to str
        Settings, as SQL, and values of parameters.
    """

    database: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    is_busy: bool = False
    expires_at: float = 0.0


class Sessions:
    """The sessions of all users.

    Parameters
    ----------
    most_seconds : int
        How long one without a request is remembered at most.
    """

    def __init__(self, most_seconds: int):
        self._most_seconds = most_seconds
        self._sessions: dict[tuple[str, str], Session] = {}

    def begin(self, user: str, request: Request) -> Session:
        """Return the session of a request, for it alone until :meth:`end`.

        Raises
        ------
        QueryError
            If another request uses it, or it should exist and does not.
        """
        name = request.names.get("session_id", "")
        if not name:
            return Session()
        now = time.monotonic()
        session = self._sessions.get((user, name))
        if session and not session.is_busy and session.expires_at < now:
            session = None
        if session is None:
            if request.is_on("session_check"):
                raise QueryError(_NO_SESSION, f"Session {name} not found.")
            self._forget(now)
            session = Session()
        elif session.is_busy:
            raise QueryError(_LOCKED, f"Session {name} is locked by a concurrent client.")
        session.is_busy = True
        seconds = min(request.number("session_timeout", _DEFAULT_SECONDS), self._most_seconds)
        session.expires_at = now + seconds
        self._sessions[user, name] = session
        return session

    def end(self, user: str, request: Request, session: Session) -> None:
        """Let the next request of the session begin."""
        session.is_busy = False
        if request.is_on("close_session"):
            self._sessions.pop((user, request.names.get("session_id", "")), None)

    def _forget(self, now: float) -> None:
        idle = [key for key, session in self._sessions.items() if not session.is_busy]
        for key in idle:
            if self._sessions[key].expires_at < now:
                del self._sessions[key]
        if len(self._sessions) >= _MOST_SESSIONS:
            raise QueryError(202, "Too many sessions: use fewer, or close them.")


def prepare(
    request: Request,
    session: Session,
    *,
    known_settings: frozenset[str],
    databases: frozenset[str],
    limits: Limits,
    default_database: str,
) -> dict[str, Any] | None:
    """Return what the engine is to run, or apply it to the session.

    Parameters
    ----------
    request : Request
        The request.
    session : Session
        Changed by SET and USE.
    known_settings, databases : frozenset of str
        Settings and databases of the engine.
    limits : Limits
        What a query may use.
    default_database : str
        Where names are looked up if neither the request nor the session says.

    Returns
    -------
    dict or None
        Arguments of :meth:`orchestration.serving.engine.Engine.ask`; None if there is nothing to
        run.

    Raises
    ------
    QueryError
        If it is refused.
    """
    if found := _WRITES.match(request.sql):
        raise QueryError(
            _ACCESS_DENIED, f"This server is for reading: {found[1].upper()} is not allowed."
        )
    statement = read(request.sql)
    check_tokens(statement)
    asked = {name: quoted(value) for name, value in request.settings.items()}
    chosen = choose({**session.settings, **asked, **statement.settings}, known_settings, limits)
    if statement.verb == "use":
        session.database = _used_database(statement, databases)
        return None
    if statement.verb == "set":
        _set(statement, session, known_settings, limits)
        return None
    name = statement.format_name or request.names.get("default_format") or _DEFAULT_FORMAT
    check_format(name)
    database = request.names.get("database") or session.database or default_database
    _check_database(database)
    return {
        "sql": _with_our_name(statement).text,
        "database": database,
        "settings": chosen.applied,
        "filters": chosen.filters,
        "params": {**session.params, **request.params},
        "format": name,
    }


def _with_our_name(statement: Statement) -> Statement:
    """Return the statement with the server's name in place of the machine's."""
    tokens = list(statement.tokens)
    for place in range(len(tokens) - 3, -1, -1):
        if tuple(token.name or token.text for token in tokens[place : place + 3]) == _SERVER_NAME:
            name = Token("string", f"'{SERVER_NAME}'", tokens[place].is_apart)
            tokens[place : place + 3] = [name]
    return replace(statement, tokens=tuple(tokens))


def _used_database(statement: Statement, databases: frozenset[str]) -> str:
    names = [token.name for token in statement.tokens[1:] if token.word != "database"]
    if len(names) != 1 or not names[0]:
        raise QueryError(_SYNTAX, "Syntax error: write USE database.")
    _check_database(names[0])
    if names[0] not in databases:
        raise QueryError(_UNKNOWN_DATABASE, f"Database {names[0]} does not exist.")
    return names[0]


def _set(
    statement: Statement, session: Session, known_settings: frozenset[str], limits: Limits
) -> None:
    """Apply SET, which changes nothing but the session."""
    tokens = statement.tokens
    if len(tokens) > 1 and tokens[1].word == "role":
        return
    given = assignments(tokens[1:])
    if not given:
        raise QueryError(_SYNTAX, "Syntax error: write SET name = value.")
    params = {name: value for name, value in given.items() if name.startswith(PARAMETER)}
    settings = {name: value for name, value in given.items() if name not in params}
    choose(settings, known_settings, limits)
    session.settings.update(settings)
    for name, value in params.items():
        plain = unquoted(value) if value[:1] in "'\"" else value
        session.params[name.removeprefix(PARAMETER)] = plain


def _check_database(name: str) -> None:
    if name == "system":
        raise QueryError(_ACCESS_DENIED, "Name tables of the database system in full instead.")
