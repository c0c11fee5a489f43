"""Progress of a long step, on standard error."""

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["ShownProgress", "progress_shown"]

_SECONDS_PER_LINE = 5


class ShownProgress:
    """A bar on a terminal; otherwise a line from time to time, for logs and pipes.

    Parameters
    ----------
    unit : str
        What is counted, such as ``files``.
    bar : rich.progress.Progress or None
        The bar; None writes lines.
    """

    def __init__(self, unit: str, bar: "Progress | None" = None):
        self._unit = unit
        self._bar = bar
        self._task = bar.add_task("", total=None, note="") if bar else None
        self._last = time.monotonic()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show how much is done; a note replaces the count and its unit."""
        text = note or f"{done:,} of {total:,} {self._unit}"
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None, note=text)
        elif done < total and time.monotonic() - self._last > _SECONDS_PER_LINE:
            self._last = time.monotonic()
            click.echo(text, err=True)

    def line(self, text: str) -> None:
        """Write a line that is not overwritten."""
        if self._bar:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            click.echo(text, err=True)


@contextlib.contextmanager
def progress_shown(title: str, unit: str) -> Iterator[ShownProgress]:
    """Show the progress of a ``with`` block.

    Parameters
    ----------
    title : str
        What is done, such as ``Loading``.
    unit : str
        What is counted, such as ``files``.

    Yields
    ------
    ShownProgress
        To be called with the amount done and the total.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield ShownProgress(unit)
        return
    note = TextColumn("{task.fields[note]}", markup=False)
    with Progress(
        TextColumn(title), BarColumn(), note, TimeRemainingColumn(), console=console
    ) as bar:
        yield ShownProgress(unit, bar)
