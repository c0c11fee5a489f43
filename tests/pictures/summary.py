"""Draw the README's picture: what ``tokenhouse run`` prints of the demo, on a terminal.

python tests/pictures/summary.py            makes and builds the demo first
python tests/pictures/summary.py --home D   keeps it in D, and uses what is there
"""

import argparse
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from contextlib import suppress
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from orchestration import settings

PICTURE = settings.project_dir() / "docs" / "summary.svg"
COLUMNS = 140
# The parts that are shown, by how they begin; the whole would be two pages long.
SHOWN = ("period ", "Open regressions", "Runs that cost most", "Injected faults")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# Fonts of a web site would not be there offline, and a monospace font is on every machine.
FONTS = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
COMMAND = [str(Path(sys.executable).with_name("tokenhouse")), "run"]


def main() -> None:
    """Run the demo twice, so that the second time prints the summary alone, and draw that."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="where the demo is, or will be, built")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "TOKENHOUSE_HOME": str(options.home or folder),
            "COLUMNS": str(COLUMNS),
        }
        subprocess.run(COMMAND, env=environment, check=True, stdout=subprocess.DEVNULL)
        printed = on_a_terminal(COMMAND, environment)
    PICTURE.write_text(drawn("\n\n".join(["\x1b[1m$ make run\x1b[0m", *shown(printed)])))


def shown(printed: str) -> list[str]:
    """Return the parts of a summary that the picture shows."""
    parts = [part.strip("\n") for part in printed.split("\n\n")]
    found = [
        next((part for part in parts if ESCAPES.sub("", part).strip().startswith(begin)), "")
        for begin in SHOWN
    ]
    if not all(found):
        missing = [begin for begin, part in zip(SHOWN, found, strict=True) if not part]
        raise SystemExit(f"The summary has no part that begins with {missing}.")
    return found


def on_a_terminal(command: list[str], environment: dict[str, str]) -> str:
    """Return what a command prints where it believes that somebody watches."""
    watched, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 100, COLUMNS, 0, 0))
    process = subprocess.Popen(
        command,
        env=environment | {"TERM": "xterm-256color"},
        stdout=terminal,
        stderr=subprocess.DEVNULL,
    )
    os.close(terminal)
    printed = b""
    # The end of a terminal is an error on Linux.
    with suppress(OSError):
        while chunk := os.read(watched, 65536):
            printed += chunk
    os.close(watched)
    if process.wait():
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    return printed.decode().replace("\r\n", "\n")


def drawn(text: str) -> str:
    """Return an SVG picture of a terminal with a text in it."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    # A bold line is wider in some viewers, and the lines of its table would not meet.
    lines = [ESCAPES.sub("", line) if "┃" in line else line for line in text.splitlines()]
    console.print(Text.from_ansi("\n".join(lines)), soft_wrap=False)
    return console.export_svg(
        title="tokenhouse",
        theme=MONOKAI,
        code_format=FONTS.sub("", CONSOLE_SVG_FORMAT).replace("Fira Code, ", ""),
        unique_id="summary",
    )


if __name__ == "__main__":
    main()
