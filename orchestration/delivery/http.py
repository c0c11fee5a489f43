"""One HTTP request with a deadline, whatever the server does with its time."""

import contextlib
import http.client
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Cut", "DeliveryError", "cut_at", "post", "reason_of"]

# Of each error the first that it is.
_REASONS: dict[type[BaseException], str] = {
    TimeoutError: "no answer in time",
    ssl.SSLError: "TLS failed",
    socket.gaierror: "its name is not known",
    ConnectionRefusedError: "it refuses connections",
    ConnectionError: "it closed the connection",
    http.client.HTTPException: "its answer is not understood",
    OSError: "it cannot be reached",
}
_SECONDS_PER_CUT = 0.1
# Statuses that say: later.
_LATER = (408, 425, 429)


class DeliveryError(Exception):
    """A message that did not get there; the text holds no address and no secret.

    Parameters
    ----------
    reason : str
        Why.
    is_message : bool
        Whether the channel refuses this message, and may take others.
    wait_seconds : float
        How long the server asks to wait.
    """

    def __init__(self, reason: str, *, is_message: bool = False, wait_seconds: float = 0.0):
        super().__init__(reason)
        self.is_message = is_message
        self.wait_seconds = wait_seconds


@dataclass
class Cut:
    """Whether the deadline has cut a connection."""

    is_over: bool = False


def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> None:
    """Send a request, and take any answer of 2xx as taken.

    Redirections are not followed: what is signed, or secret, is for one address.

    Parameters
    ----------
    url : str
        Where to.
    body : bytes
        What.
    headers : dict
        Headers.
    seconds : float
        When to give up, whether the server is slow to connect, to answer, or drips.

    Raises
    ------
    DeliveryError
        If it was not taken.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection = _connection(parts.scheme, host, parts.port, seconds)
    cut = Cut()
    try:
        with cut_at(lambda: connection.sock, seconds, cut):
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            status, wait = answer.status, answer.getheader("Retry-After", "")
    except (OSError, http.client.HTTPException) as error:
        raise DeliveryError(f"{host}: {reason_of(error, cut.is_over)}") from None
    finally:
        connection.close()
    if cut.is_over:
        # Half a first line looks like a whole one to the library.
        raise DeliveryError(f"{host}: no answer in time")
    if 200 <= status < 300:
        return
    raise DeliveryError(
        f"{host} answered {status}",
        # Wrong address or login concern all messages; a message may be wrong by itself, too.
        is_message=status in (400, 413, 422),
        wait_seconds=float(wait) if status in (*_LATER, 503) and wait.isdigit() else 0.0,
    )


@contextlib.contextmanager
def cut_at(find: Callable[[], socket.socket | None], seconds: float, cut: Cut) -> Iterator[None]:
    """Shut a connection when the time is over: timeouts of sockets begin again with each byte.

    Parameters
    ----------
    find : callable
        Returns the connection, once there is one.
    seconds : float
        Seconds from now.
    cut : Cut
        Says when it has happened.
    """
    is_done = threading.Event()

    def watch() -> None:
        if is_done.wait(seconds):
            return
        cut.is_over = True
        # Again, as the connection may be about to become another one, of TLS.
        while not is_done.wait(_SECONDS_PER_CUT):
            with contextlib.suppress(OSError, TypeError):
                # The descriptor's, as a socket of TLS would first say goodbye.
                socket.socket.shutdown(find(), socket.SHUT_RDWR)  # type: ignore[arg-type]

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        is_done.set()


def reason_of(error: BaseException, is_over: bool = False) -> str:
    """Return why a connection failed, in words of ours: a library's may repeat what was sent."""
    if is_over:
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    for kind, words in _REASONS.items():
        if isinstance(error, kind):
            return words
    return f"its answer is not understood ({type(error).__name__})"


def _connection(
    scheme: str, host: str, port: int | None, seconds: float
) -> http.client.HTTPConnection:
    """Return a connection, through the proxy that the environment names."""
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=seconds)
    context = ssl.create_default_context()
    proxy = urlsplit(urllib.request.getproxies().get("https", ""))
    if not proxy.hostname or urllib.request.proxy_bypass(host):
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    through = http.client.HTTPSConnection(
        proxy.hostname, proxy.port or 3128, timeout=seconds, context=context
    )
    through.set_tunnel(host, port or 443)
    return through
