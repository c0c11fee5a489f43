"""The process that holds the engine on one clone of a snapshot.

``python -m orchestration.serving.worker DIRECTORY FD THREADS`` answers requests, a line of JSON
each, from the socket FD until that is closed. An engine opens one directory per process, so each
snapshot has a process of its own: a new one can be served while queries on the old one end, and an
engine that crashes does not take the server with it. It runs at a lower priority than a build.
"""

import json
import os
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, cast

from orchestration.serving.errors import QueryError, from_engine
from orchestration.serving.guard import check_syntax_tree, check_tokens
from orchestration.serving.lexer import filter_expressions, read

__all__ = ["Worker", "main"]

_LOWER_PRIORITY = 10
_CANCELLED = 394
_TREES = 512


class Worker:
    """The engine on a directory.

    Parameters
    ----------
    directory : str
        A clone that belongs to this process.
    """

    def __init__(self, directory: str):
        import chdb

        self._connect = partial(cast(Any, chdb.connect), directory)
        # An open handle keeps the engine running.
        self._keeper = self._connect()
        self._killing = threading.Lock()
        self._cancelled: set[str] = set()
        self._tree = lru_cache(_TREES)(self._read_tree)

    def facts(self) -> dict[str, Any]:
        """Return the engine's version, and the names of its settings and databases."""
        lists = {
            "settings": "select name from system.settings",
            "databases": "select name from system.databases",
        }
        facts = {
            name: _ask(self._keeper, sql, "TSV").bytes().decode().split()
            for name, sql in lists.items()
        }
        return {
            "version": _ask(self._keeper, "select version()", "TSV").bytes().decode().strip()
        } | facts

    def run(self, request: dict[str, Any]) -> dict[str, Any]:
        """Check a statement on the engine's parse, and run it into a file.

        Parameters
        ----------
        request : dict
            ``id``, ``sql``, ``database``, ``settings``, ``filters``, ``params``, ``format`` and
            ``file``, which is written.

        Returns
        -------
        dict
            What was read and how long it took.

        Raises
        ------
        QueryError
            If it is refused or fails.
        """
        params = request["params"]
        tree = self._tree(request["sql"], tuple(sorted(params.items())))
        check_syntax_tree(list(tree), request["database"])
        handle = self._connect()
        try:
            if request["settings"]:
                pairs = (f"{name} = {value}" for name, value in request["settings"].items())
                _ask(handle, f"SET {', '.join(pairs)}")
            for name, value in request["filters"].items():
                self._check_filter(value)
                _ask(handle, f"SET {name} = {value}")
            if request["database"]:
                name = request["database"].replace("\\", "\\\\").replace("`", "\\`")
                _ask(handle, f"USE `{name}`")
            # Clients believe what system.settings says: that they may set none, under 1.
            asks_settings = any("system.settings" in line for line in tree)
            _ask(handle, f"SET readonly = {2 if asks_settings else 1}")
            return self._run_into_file(handle, request, tree)
        finally:
            self._cancelled.discard(request["id"])
            handle.close()

    def cancel(self, request_id: str) -> None:
        """Stop a running query."""
        with self._killing:
            self._cancelled.add(request_id)
            _ask(
                self._keeper,
                f"KILL QUERY WHERE position(query, '{_marker(request_id)}') = 1 ASYNC",
            )

    def _run_into_file(
        self, handle: Any, request: dict[str, Any], tree: tuple[str, ...]
    ) -> dict[str, Any]:
        if request["id"] in self._cancelled:
            raise QueryError(_CANCELLED, "Query was cancelled.", "QUERY_WAS_CANCELLED")
        sql = f"{_marker(request['id'])} {request['sql']}"
        if tree[0].startswith("Explain"):
            # What would follow an EXPLAIN would be part of what it explains. Its answer is short.
            result = _ask(handle, sql, request["format"], request["params"])
            with open(request["file"], "wb") as file:  # noqa: PTH123 - nothing else is opened here
                file.write(result.bytes() or b"")
        else:
            sql += f"\nINTO OUTFILE '{request['file']}' FORMAT {request['format']}"
            # SHOW is rewritten by the engine, which then forgets the clause and takes the default.
            result = _ask(handle, sql, request["format"], request["params"])
        return {
            "rows": result.rows_read(),
            "read_rows": result.storage_rows_read(),
            "read_bytes": result.storage_bytes_read(),
            "elapsed_ns": int(result.elapsed() * 1e9),
        }

    def _read_tree(self, sql: str, params: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        handle = self._connect()
        try:
            found = _ask(handle, f"EXPLAIN AST {sql}", "TSVRaw", dict(params))
        finally:
            handle.close()
        return tuple(found.bytes().decode(errors="replace").splitlines())

    def _check_filter(self, value: str) -> None:
        """Let the SQL in a filter pass the guard as if it stood in the query."""
        for expression in filter_expressions(value):
            statement = read(f"select 1 from (select 1) where {expression}")
            check_tokens(statement)
            check_syntax_tree(list(self._tree(statement.text, ())), "")


def main() -> None:
    """Answer requests until the other end of the socket is closed."""
    directory, descriptor, threads = sys.argv[1:]
    os.nice(_LOWER_PRIORITY)
    channel = socket.socket(fileno=int(descriptor))
    sending = threading.Lock()

    def say(answer: dict[str, Any]) -> None:
        with sending:
            channel.sendall(json.dumps(answer).encode() + b"\n")

    worker = Worker(directory)
    say({"id": "", **worker.facts()})

    def work(request: dict[str, Any]) -> None:
        try:
            answer = worker.run(request)
        except QueryError as error:
            answer = {"error": [error.code, error.message, error.name]}
        except Exception as error:
            answer = {"error": [1002, f"{type(error).__name__}: {error}", "UNKNOWN_EXCEPTION"]}
        say({"id": request["id"], **answer})

    with ThreadPoolExecutor(int(threads)) as pool:
        for line in channel.makefile("rb"):
            request = json.loads(line)
            if request.get("cancel"):
                threading.Thread(target=worker.cancel, args=(request["id"],), daemon=True).start()
            else:
                pool.submit(work, request)
        # The server is gone, or done with this snapshot: nobody waits for what still runs.
        os._exit(0)


def _marker(request_id: str) -> str:
    return f"/* {request_id} */"


def _ask(handle: Any, sql: str, output: str = "Null", params: dict[str, str] | None = None) -> Any:
    try:
        return handle.query(sql, output, params=params or {})
    except Exception as error:
        raise from_engine(str(error)) from error


if __name__ == "__main__":
    main()
