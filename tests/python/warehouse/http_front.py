"""ClickHouse's HTTP interface in front of chDB: a stand-in for a server in tests.

Enough of the protocol for clickhouse-connect and dbt-clickhouse's http driver. A cluster is played
by one node: ON CLUSTER and Replicated engines are written to the log, then left out.

Usage: python http_front.py DATA_DIRECTORY LOG_FILE (user ``tester``, password ``secret``); prints
its port.
"""

import base64
import gzip
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame

AUTHORIZATION = "Basic " + base64.b64encode(b"tester:secret").decode()
# Parameters of the transport; every other one is a setting of the query.
TRANSPORT = {
    *("database", "query", "query_id", "default_format", "role", "quota_key", "buffer_size"),
    *("session_id", "session_timeout", "session_check", "client_protocol_version"),
    *("compress", "decompress", "enable_http_compression", "wait_end_of_query"),
    *("send_progress_in_http_headers", "http_headers_progress_interval_ms"),
}
INSERT_WITH_DATA = re.compile(
    rb"\s*(insert\s+into\s[^\n]*?)\sformat\s+(\w+)[ \t]*\n?", re.IGNORECASE
)
RETURNS_ROWS = re.compile(rb"(\s|/\*.*?\*/|\()*(select|with|show|exists|desc)", re.I | re.S)
CLUSTER_SQL = (
    (re.compile(rb"\bon cluster\s+(\"\w+\"|\w+)", re.I), b""),
    (re.compile(rb"\bReplicated(?=\w*MergeTree)"), b""),
    (re.compile(rb"clusterAllReplicas\(\"\w+\", ([\w.]+)\)"), rb"\1"),
    (re.compile(rb"count\(distinct _shard_num\)"), b"1"),
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sessions: ClassVar[dict] = {}
    sessions_lock = threading.Lock()

    def do_GET(self):
        if urlsplit(self.path).path == "/ping":
            self.answer(200, b"Ok.\n", {})
        else:
            self.do_POST()

    def do_POST(self):
        body = self.read_body()
        if self.headers.get("Authorization") != AUTHORIZATION:
            text = b"Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)"
            self.answer(403, text, {"X-ClickHouse-Exception-Code": "516"})
            return
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        try:
            sql, result = self.run(parameters, body)
        except Exception as error:
            code = re.search(r"Code: (\d+)", str(error))
            headers = {"X-ClickHouse-Exception-Code": code[1] if code else "1001"}
            self.answer(500, str(error).encode(), headers)
            return
        headers = {"X-ClickHouse-Query-Id": parameters.get("query_id", "none")}
        if RETURNS_ROWS.match(sql):
            named = re.search(rb"\bFORMAT\s+(\w+)\s*;?\s*$", sql, re.IGNORECASE)
            headers["X-ClickHouse-Format"] = named[1].decode() if named else "TabSeparated"
        self.answer(200, result, headers)

    def run(self, parameters, body):
        """Run a statement on the session's handle, or on one of its own."""
        session = parameters.get("session_id")
        with self.sessions_lock:
            handle, lock = self.sessions.get(session) or (chdb.connect(DATA), threading.Lock())
            if session:
                self.sessions[session] = (handle, lock)
        try:
            with lock:
                return self.run_on(handle, parameters, body)
        finally:
            if not session:
                handle.close()

    def run_on(self, handle, parameters, body):
        sql, data = parameters.get("query", "").encode(), body
        if not sql:
            insert = INSERT_WITH_DATA.match(body)
            sql, data = (body[: insert.end()], body[insert.end() :]) if insert else (body, b"")
        elif not INSERT_WITH_DATA.match(sql + b"\n"):
            sql, data = sql + b"\n" + body, b""
        with LOG.open("ab") as log:
            log.write(sql.strip() + b"\n---\n")
        for pattern, replacement in CLUSTER_SQL:
            sql = pattern.sub(replacement, sql)
        for name, value in parameters.items():
            if name not in TRANSPORT and not name.startswith("param_"):
                quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                handle.query(f"SET {name} = '{quoted}'", "TabSeparated")
        if parameters.get("database"):
            handle.query(f"USE `{parameters['database']}`", "TabSeparated")
        insert = INSERT_WITH_DATA.match(sql + b"\n")
        if insert and data:
            with tempfile.NamedTemporaryFile() as file:
                file.write(data)
                file.flush()
                statement = f" FROM INFILE '{file.name}' FORMAT {insert[2].decode()}"
                handle.query(insert[1].decode() + statement, "TabSeparated")
            return sql, b""
        bound = {name[6:]: value for name, value in parameters.items() if name[:6] == "param_"}
        default = parameters.get("default_format", "TabSeparated")
        return sql, handle.query(sql.decode(), default, params=bound).bytes() or b""

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(parts)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        encoding = self.headers.get("Content-Encoding")
        if encoding == "lz4":
            whole = b""
            # A block-wise insert is many frames, one after the other.
            while body:
                frame = lz4.frame.LZ4FrameDecompressor()
                whole += frame.decompress(body)
                body = frame.unused_data or b""
            return whole
        return gzip.decompress(body) if encoding == "gzip" else body

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the test output quiet."""


if __name__ == "__main__":
    DATA, LOG = sys.argv[1], Path(sys.argv[2])
    keeper = chdb.connect(DATA)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
