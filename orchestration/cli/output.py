"""Files that commands write: whole or not at all, and safe to open in a spreadsheet."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import click

from orchestration.errors import BadInputError
from orchestration.exporting.cells import without_formulas
from orchestration.storage import usual_mode

__all__ = ["FORMULAS", "Neutralised", "replacing"]

FORMULAS = click.option(
    "--formulas",
    is_flag=True,
    help="Leave texts of CSV that begin with = + - @ as they are; without it they get an "
    "apostrophe, so that no spreadsheet runs them.",
)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another when it is complete, and else leaves no trace.

    Parameters
    ----------
    path : Path
        The file; what is no regular file, such as a pipe, is written as it goes.

    Yields
    ------
    file
        To be written in binary.

    Raises
    ------
    BadInputError
        If the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    is_regular = target.is_file() or not target.exists()
    written = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
    try:
        file = (written if is_regular else target).open("wb")
    except OSError as error:
        raise BadInputError(
            f"Cannot write {path} ({error.strerror}): give --output a file in a writable folder."
        ) from error
    if not is_regular:
        with file:
            yield file
        return
    try:
        with file:
            yield file
        written.chmod(target.stat().st_mode & 0o777 if target.exists() else usual_mode())
        written.replace(target)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


class Neutralised:
    """Writes CSV in which no text begins a formula: such cells get an apostrophe in front.

    Parameters
    ----------
    target : file
        Where it goes, in binary.
    """

    def __init__(self, target: BinaryIO):
        self._target = target
        self._rest = b""

    def write(self, chunk: bytes) -> int:
        """Write what ends with a line, and keep the rest for the next chunk."""
        text = self._rest + chunk
        end = text.rfind(b"\n") + 1
        self._target.write(without_formulas(text[:end]))
        self._rest = text[end:]
        return len(chunk)

    def flush(self) -> None:
        """Write what is kept."""
        self._target.write(without_formulas(self._rest))
        self._rest = b""
        self._target.flush()

    def as_file(self) -> BinaryIO:
        """Return itself, as what it stands for."""
        return cast("BinaryIO", self)
