"""Open a client on the warehouse, embedded or on a server."""

import contextlib
import logging
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError, UserError
from orchestration.warehouse.embedded import SYNC_SETTINGS, EmbeddedSession, open_embedded
from orchestration.warehouse.interrupts import queries_stop_on_interrupt
from orchestration.warehouse.locking import WarehouseBusyError

__all__ = [
    "Stay",
    "WarehouseBusyError",
    "WarehouseUnreachableError",
    "connect",
    "server_address",
    "staying_open",
]


class WarehouseUnreachableError(UserError):
    """The ClickHouse server does not answer, or refuses the login."""


class Stay:
    """Keeps the embedded engine running from the first client of a process to :meth:`end`."""

    def __init__(self) -> None:
        self._session: EmbeddedSession | None = None
        self._is_over = False

    def begin(self) -> None:
        """Open the data directory once more, unless that is done or over."""
        if self._session is None and not self._is_over:
            self._session = open_embedded(settings.data_directory())

    def end(self) -> None:
        """Let the engine stop; clients that are opened later start it for themselves."""
        self._is_over = True
        if self._session is not None:
            self._session.close()
            self._session = None


_stay: ContextVar[Stay | None] = ContextVar("stay", default=None)


@contextlib.contextmanager
def staying_open() -> Iterator[Stay]:
    """Let the steps of a ``with`` block, each of which connects, share one start of the engine.

    To start it takes half a second on a home of some hundred tables. Nothing is opened before the
    first step connects.

    Yields
    ------
    Stay
        To be ended before dbt is started, which opens the data directory in a process of its own.
    """
    stay = Stay()
    token = _stay.set(stay)
    try:
        yield stay
    finally:
        _stay.reset(token)
        stay.end()


@contextlib.contextmanager
def connect() -> Iterator[Any]:
    """Open a client on the current target for the length of a ``with`` block.

    Yields
    ------
    clickhouse_connect.driver.client.Client
        On ``embedded``, the data directory is locked until the block ends: keep it short, and never
        run dbt inside it.

    Raises
    ------
    WarehouseBusyError
        If another process holds the embedded directory longer than the timeout.
    WarehouseUnreachableError
        If the server does not answer or refuses the login.
    """
    if settings.target() == "embedded":
        session = open_embedded(settings.data_directory())
        try:
            if stay := _stay.get():
                stay.begin()
            with queries_stop_on_interrupt(settings.data_directory()):
                yield session.client
        finally:
            session.close()
        return
    client = _open_server()
    try:
        yield client
    finally:
        client.close()


def server_address() -> dict[str, Any]:
    """Return the server's address and login, from ``CLICKHOUSE_*``.

    Returns
    -------
    dict
        ``host``, ``port``, ``username``, ``password`` and ``secure``, as
        :func:`clickhouse_connect.get_client` takes them.

    Raises
    ------
    BadInputError
        If the port is not a number.
    """
    secure = os.environ.get("CLICKHOUSE_SECURE", "").lower() == "true"
    port = os.environ.get("CLICKHOUSE_PORT") or ("8443" if secure else "8123")
    if not port.isdigit():
        raise BadInputError(
            f"CLICKHOUSE_PORT is {port!r}: set it to the port of ClickHouse's HTTP interface."
        )
    return {
        "host": os.environ.get("CLICKHOUSE_HOST") or "localhost",
        "port": int(port),
        "username": os.environ.get("CLICKHOUSE_USER") or "default",
        "password": os.environ.get("CLICKHOUSE_PASSWORD") or "",
        "secure": secure,
    }


def _open_server() -> Any:
    """Open an HTTP client on the server of the environment."""
    import clickhouse_connect
    from clickhouse_connect.driver.exceptions import ClickHouseError

    # The client also logs its errors, which would appear on the terminal without a log handler.
    logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())
    address = server_address()
    where = f"{'https' if address['secure'] else 'http'}://{address['host']}:{address['port']}"
    try:
        return clickhouse_connect.get_client(
            **address,
            settings=SYNC_SETTINGS,
            # Without a session, a client can run a second statement while a result streams.
            autogenerate_session_id=False,
            send_receive_timeout=3600,
        )
    except ClickHouseError as error:
        if "AUTHENTICATION_FAILED" in str(error) or "Authentication failed" in str(error):
            raise WarehouseUnreachableError(
                f"The ClickHouse server at {where} refuses user {address['username']!r}: "
                f"check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD."
            ) from error
        system = re.search(r"\[Errno -?\d+\] ([\w ]+)", str(error))
        reason = system[1] if system else " ".join(str(error).split())[:200].rstrip(". ")
        raise WarehouseUnreachableError(
            f"No ClickHouse server answers at {where} ({reason}): check that it runs, and "
            f"CLICKHOUSE_HOST, CLICKHOUSE_PORT and CLICKHOUSE_SECURE, or unset TOKENHOUSE_TARGET "
            f"to use the embedded one."
        ) from error
