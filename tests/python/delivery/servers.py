"""Local servers that take messages, or fail in a way of their own."""

import contextlib
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from programs import find_program

__all__ = ["HttpServer", "MailServer", "certificate"]


def certificate(folder: Path) -> Path:
    """Write a certificate of localhost, with its key, that nobody else signed."""
    openssl = find_program("openssl", install="apt-get install openssl")
    path, key = folder / "server.pem", folder / "server.key"
    options = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    name = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", path]
    subprocess.run([openssl, "req", *options.split(), *name], check=True, capture_output=True)
    return path


class _Server(socketserver.ThreadingTCPServer):
    """A server on a free port of this machine."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handle):
        self.handle_one = handle
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class _Handler(socketserver.BaseRequestHandler):
    def handle(self):
        # Clients that have given up are no failure of the server.
        with contextlib.suppress(OSError, ssl.SSLError):
            self.server.handle_one(self.request)


@dataclass
class HttpServer:
    """Takes requests; `answers` are given in turn, the last one for good.

    An answer is a status, or one of: `silent` (takes the request and says nothing), `close` (hangs
    up on it), `drip` (an endless status line, letter by letter), `garbage`, `redirect`.
    """

    answers: list = field(default_factory=lambda: [200])
    requests: list = field(default_factory=list)
    tls: Path | None = None

    def __post_init__(self):
        self.lock = threading.Lock()
        self.server = _Server(self._take)

    @property
    def url(self):
        scheme = "https" if self.tls else "http"
        return f"{scheme}://localhost:{self.server.port}/services/T0/SECRETPATH"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _take(self, connection):
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.tls, self.tls.with_suffix(".key"))
            connection = context.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as stream:
            first = stream.readline().decode()
            if not first:
                return
            headers = {}
            while line := stream.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", 0)))
            with self.lock:
                self.requests.append((first, headers, body))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            _answer(connection, answer)


def _answer(connection, answer):
    if answer == "silent":
        time.sleep(30)
    elif answer == "drip":
        connection.sendall(b"HTTP/1.1 200 ")
        for _ in range(1000):
            connection.sendall(b"O")
            time.sleep(0.1)
    elif answer == "garbage":
        connection.sendall(b"\x00\xff no protocol at all\r\n\r\n")
    elif answer == "redirect":
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )
    elif answer != "close":
        connection.sendall(f"HTTP/1.1 {answer} X\r\nContent-Length: 2\r\n\r\nok".encode())


@dataclass
class MailServer:
    """Takes mail.

    `fails` is empty or one of: `no_tls`, `login`, `recipients`, `data`, `silent`, `drip`, `lost`
    (it takes a mail and hangs up before it says so).
    """

    certificate: Path | None = None
    is_tls: bool = False
    fails: str = ""
    mails: list = field(default_factory=list)
    logins: list = field(default_factory=list)

    def __post_init__(self):
        self.server = _Server(self._take)

    @property
    def port(self):
        return self.server.port

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.certificate.with_suffix(".key"))
        return context

    def _take(self, connection):  # noqa: PLR0912 - a branch per command
        if self.fails == "silent":
            time.sleep(30)
        if self.fails == "drip":
            for _ in range(300):
                connection.sendall(b"2")
                time.sleep(0.1)
        is_secure = self.is_tls
        if self.is_tls:
            connection = self._context().wrap_socket(connection, server_side=True)
        connection.sendall(b"220 localhost\r\n")
        recipients = []
        stream = connection.makefile("rb")
        while line := stream.readline():
            command = line.decode().strip()
            verb = command.split(" ")[0].split(":")[0].upper()
            if verb == "EHLO":
                offers = [] if is_secure or self.fails == "no_tls" else ["STARTTLS"]
                offers += ["AUTH PLAIN"] if is_secure else []
                lines = ["localhost", *offers]
                text = "".join(
                    f"250{'-' if n < len(lines) - 1 else ' '}{x}\r\n" for n, x in enumerate(lines)
                )
                connection.sendall(text.encode())
            elif verb == "STARTTLS":
                connection.sendall(b"220 go\r\n")
                connection = self._context().wrap_socket(connection, server_side=True)
                stream, is_secure = connection.makefile("rb"), True
            elif verb == "AUTH":
                self.logins.append(command)
                connection.sendall(b"535 no\r\n" if self.fails == "login" else b"235 ok\r\n")
            elif verb == "RCPT":
                is_refused = self.fails == "recipients" or "nobody" in command
                recipients += [] if is_refused else [command]
                connection.sendall(b"550 no\r\n" if is_refused else b"250 ok\r\n")
            elif verb == "DATA":
                connection.sendall(b"354 go\r\n")
                data = b""
                while (part := stream.readline()) not in (b".\r\n", b""):
                    data += part
                if self.fails == "data":
                    connection.sendall(b"451 later\r\n")
                    continue
                self.mails.append((recipients, data, is_secure))
                if self.fails == "lost":
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                connection.sendall(b"250 taken\r\n")
            elif verb == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"250 ok\r\n")
