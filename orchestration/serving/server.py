"""Start the server."""

import logging
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError, UserError
from orchestration.serving.access import Access, is_loopback
from orchestration.serving.limits import KEEP_ALIVE_SECONDS, Limits
from orchestration.warehouse.snapshots import current_snapshot

__all__ = ["serve", "served_databases"]

_SERVED = ("marts", "reference")
_UNSERVED = "raw"
_SECONDS_KEPT_OPEN = 3 * KEEP_ALIVE_SECONDS


def served_databases(every: bool, also: Sequence[str]) -> list[str]:
    """Return the databases to serve.

    Parameters
    ----------
    every : bool
        Whether to add all layers but raw, which holds texts.
    also : sequence of str
        Further layers, which may be raw.

    Raises
    ------
    BadInputError
        If there is no such layer.
    """
    layers = (*settings.built_layers(), "ml", "demo")
    for name in also:
        if name not in (*layers, *_SERVED, _UNSERVED):
            raise BadInputError(
                f"There is no database {name}: name one of {', '.join((*layers, _UNSERVED))}."
            )
    names = [*_SERVED, *(layers if every else ()), *also]
    return [settings.database(name) for name in dict.fromkeys(names)]


def serve(
    *,
    host: str,
    port: int,
    password_file: Path | None,
    allowed_hosts: Sequence[str],
    databases: Sequence[str],
    accepts: bool,
    opens_browser: bool,
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    host, port : str and int
        Where to listen; port 0 takes a free one.
    password_file : Path or None
        File with the password; None for none.
    allowed_hosts : sequence of str
        Further names by which clients may call the server.
    databases : sequence of str
        The databases to serve.
    accepts : bool
        Whether records can be sent to the endpoints.
    opens_browser : bool
        Whether to open a browser.

    Raises
    ------
    BadInputError
        If a host that others reach has no password.
    UserError
        If the port is taken.
    """
    password = _password(password_file)
    if not is_loopback(host) and not password:
        raise BadInputError(
            f"Others reach {host}, so a password is needed: write one into a file and add "
            "--password-file FILE."
        )
    import uvicorn

    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}/"

    def announce() -> None:
        _announce(address, databases, bool(password))
        if opens_browser:
            # Some browsers are programs of the terminal, and return when they end.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    app = _app(Access(host, password, allowed_hosts), databases, announce, accepts=accepts)
    config = uvicorn.Config(
        app,
        log_level="warning",
        # Longer than the header says: who sends at the last moment still meets an open end.
        timeout_keep_alive=_SECONDS_KEPT_OPEN,
        server_header=False,
        h11_max_incomplete_event_size=1 << 16,
    )
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(message)s")
    logging.getLogger("tokenhouse.serve").setLevel(logging.INFO)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def _app(
    access: Access, databases: Sequence[str], announce: Callable[[], None], *, accepts: bool
) -> Any:
    from orchestration.serving.writing import Writing

    limits = Limits.of_project()
    marts = settings.database("marts")
    writing = Writing(access, limits.body_bytes) if accepts else None
    if settings.target() != "embedded":
        from orchestration.serving.remote import ServerAsking, make_remote_app

        announce()
        return make_remote_app(ServerAsking(limits, marts), access, writing)
    from orchestration.serving.app import make_app
    from orchestration.serving.engine import Engine

    engine = Engine(databases, limits)
    return make_app(engine, access, limits, marts, writing=writing, ready=announce)


def _password(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        password = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"Cannot read the password file {file}: {error}.") from error
    if not password:
        raise BadInputError(f"The password file {file} is empty: write a password into it.")
    return password


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        raise UserError(
            f"Cannot listen on {host}:{port} ({error.strerror}): another program may use the port; "
            "choose one with --port."
        ) from error
    return listener


def _announce(address: str, databases: Sequence[str], has_password: bool) -> None:
    login = "user default and the password of the file" if has_password else "user default"
    if settings.target() == "embedded":
        snapshot = current_snapshot()
        state = (
            f"the build of {snapshot.published_at:%Y-%m-%d %H:%M:%S} UTC, and newer ones by itself"
            if snapshot
            else "nothing yet: the next successful build shows up by itself (`tokenhouse run`)"
        )
        lines = [
            f"Serving {', '.join(databases)} read-only at {address}",
            f"It shows {state}.",
            f"BI tools connect to it as to ClickHouse over HTTP, {login}; docs/serve.md says how.",
        ]
    else:
        lines = [
            f"Serving the page and the endpoints at {address}",
            "BI tools connect to the ClickHouse server itself; docs/bi.md says how.",
        ]
    sys.stderr.write("\n".join([*lines, "Ctrl-C stops it."]) + "\n")
