"""Ctrl-C while chDB runs a query.

Python handles a signal between two of its own instructions, but a query in this process is one long
native call: without this module, Ctrl-C would wait for the query to finish.
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from orchestration.warehouse.embedded import kill_running_queries

__all__ = ["queries_stop_on_interrupt"]

NO_DESCRIPTOR = -1


@contextlib.contextmanager
def queries_stop_on_interrupt(directory: Path) -> Iterator[None]:
    """Stop the running queries when the process is interrupted (SIGINT).

    Python then raises :class:`KeyboardInterrupt` as usual. Outside the main thread, or if an event
    loop already handles signals, this does nothing.

    Parameters
    ----------
    directory : Path
        An embedded directory that is open during the block.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    previous = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    if previous != NO_DESCRIPTOR:
        signal.set_wakeup_fd(previous)

    def watch() -> None:
        while signals := reader.recv(64):
            if signal.SIGINT in signals:
                kill_running_queries(directory)

    watcher = threading.Thread(target=watch, name="interrupts", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        if previous == NO_DESCRIPTOR:
            signal.set_wakeup_fd(NO_DESCRIPTOR)
        # If a forked child has the socket too, closing it would not end the watcher.
        writer.shutdown(socket.SHUT_RDWR)
        writer.close()
        watcher.join()
        reader.close()
