"""Programs that some tests start, which no Python package brings."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

__all__ = ["find_program", "start"]

_SECONDS_PER_LOOK = 0.5
_SECONDS_TO_STOP = 10


def find_program(name: str, *patterns: str, install: str) -> Path:
    """Return a program, or skip the test and say what to install; where CI runs, fail.

    Parameters
    ----------
    name : str
        The program.
    *patterns : str
        Patterns of absolute paths where it may lie when it is not on the PATH; the last one that
        is there counts, so the newest version.
    install : str
        Command that installs it.
    """
    places = [path for pattern in patterns for path in sorted(Path("/").glob(pattern[1:]))]
    found = shutil.which(name) or (places[-1] if places else None)
    if found:
        return Path(found).resolve()
    missing = f"{name} is not installed: `{install}` brings it."
    if os.environ.get("TOKENHOUSE_TESTS_NEED_PROGRAMS"):
        pytest.fail(missing)
    pytest.skip(missing)


def start(command: Sequence[str | Path], user: str = "") -> subprocess.Popen:
    """Start a program, as another user if need be, that ends with this process in any case."""
    return subprocess.Popen([sys.executable, __file__, user, *map(str, command)])


def _run_with_parent(user: str, command: list[str]) -> int:
    """Run a program until it ends, or this process is terminated, or its parent is gone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    parent = os.getppid()
    process = subprocess.Popen(command, user=user or None)
    try:
        while process.poll() is None and os.getppid() == parent:
            time.sleep(_SECONDS_PER_LOOK)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode or 0


if __name__ == "__main__":
    sys.exit(_run_with_parent(sys.argv[1], sys.argv[2:]))
