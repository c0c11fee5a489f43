"""Generate a demo in a process of its own, while this one loads what is written already."""

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from orchestration.demo.generate import DemoReport, generate
from orchestration.errors import UserError
from orchestration.processes import end_with_parent

__all__ = ["generate_apart"]


def generate_apart(
    directory: Path,
    *,
    progress: Callable[[int, int], None],
    on_written: Callable[[list[Path]], None],
    **parameters: Any,
) -> DemoReport:
    """Generate a demo as :func:`orchestration.demo.generate` does, but next to this process.

    Parameters
    ----------
    directory : Path
        Gets the demo.
    progress : callable
        Called here after each day with the number of days done and of all days.
    on_written : callable
        Called here with log files that are complete, each once. What is written while it works is
        given together next.
    **parameters
        Other arguments of ``generate``.

    Returns
    -------
    DemoReport
        What was written and where.

    Raises
    ------
    Exception
        What ``generate`` raises; a UserError where its process was ended.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    arguments = (sender, directory, parameters)
    process = context.Process(target=_generate_and_tell, args=arguments, daemon=True)
    process.start()
    sender.close()
    written: list[Path] = []
    report: DemoReport | None = None
    try:
        while report is None:
            match _received(receiver):
                case DemoReport() as made:
                    report = made
                case Exception() as error:
                    raise error
                case (int(day), int(days)):
                    progress(day, days)
                case paths:
                    written += paths
            if written and not receiver.poll():
                on_written(written)
                written = []
    finally:
        process.terminate()
        process.join()
    return report


def _received(receiver: Connection) -> Any:
    try:
        return receiver.recv()
    except EOFError:
        raise UserError(
            "The process that generates the demo was ended; run the same command again."
        ) from None


def _generate_and_tell(sender: Connection, directory: Path, parameters: dict[str, Any]) -> None:
    """Generate, and send days, complete files, and the report or what was wrong."""
    # Ctrl-C reaches both processes; the other one ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        report = generate(
            directory,
            **parameters,
            progress=lambda day, days: sender.send((day, days)),
            on_written=sender.send,
        )
    except Exception as error:
        # A full disk is said where the command runs, as any other step's would be.
        sender.send(error)
    else:
        sender.send(report)
