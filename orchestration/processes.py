"""Programs that end with the process that started them, however that one ended.

Where the parent is killed, nobody passes a signal on: left to itself, dbt would go on building, and
the data directory would stay busy. ``python -m orchestration.processes dg dev …`` runs an
installed script and looks whether its parent is still the one that it had at first.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from importlib.metadata import entry_points

import click

__all__ = ["command_of", "end_with_parent", "main", "run_alone"]

_SECONDS_PER_LOOK = 0.5
# An interrupted dbt cancels its queries and closes the database, an interrupted dg stops what it
# started. A process that waits for the data directory waits longer than that.
_SECONDS_TO_STOP = 10


def command_of(script: str) -> list[str]:
    """Return the command that runs an installed script until this process ends.

    Parameters
    ----------
    script : str
        Name of the script, such as ``dg``.

    Returns
    -------
    list of str
        The script's arguments follow.
    """
    return [sys.executable, "-m", "orchestration.processes", script]


def run_alone(arguments: list[str]) -> int:
    """Run a command in a session of its own, and end it and all that it started with this process.

    Parameters
    ----------
    arguments : list of str
        The command; it is interrupted (SIGINT) when this process is interrupted, terminated or
        hung up, and killed when that was not enough.

    Returns
    -------
    int
        Its exit code, as shells report it.
    """
    process = subprocess.Popen(arguments, start_new_session=True)

    def kill() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def stop(*_: object) -> None:
        process.send_signal(signal.SIGINT)
        timer = threading.Timer(_SECONDS_TO_STOP, kill)
        timer.daemon = True
        timer.start()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        code = process.wait()
    finally:
        kill()
    return code if code >= 0 else 128 - code


def main() -> None:
    """Run the installed script that the first argument names."""
    end_with_parent()
    name = sys.argv.pop(1)
    (found,) = entry_points(group="console_scripts", name=name)
    script = found.load()
    sys.argv[0] = name
    sys.exit(script(prog_name=name) if isinstance(script, click.Command) else script())


def end_with_parent() -> None:
    """Interrupt this process when the one that started it has ended."""
    is_alone = os.getpgrp() == os.getpid()
    if is_alone:
        # In the background of a script, SIGINT is ignored, and would be here.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    parent = os.getppid()
    watch = threading.Thread(target=_end_with, args=(parent, is_alone), daemon=True)
    watch.start()


def _end_with(parent: int, is_alone: bool) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_PER_LOOK)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_SECONDS_TO_STOP)
    if is_alone:
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
