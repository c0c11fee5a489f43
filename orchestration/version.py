"""Which tokenhouse this is: version, commit, and the engine inside."""

import subprocess
from importlib.metadata import version
from pathlib import Path

__all__ = ["commit", "version_text"]

_PACKAGE = Path(__file__).resolve().parent


def version_text() -> str:
    """Return what ``tokenhouse --version`` prints.

    Returns
    -------
    str
        Version, commit and embedded engine, in one line.
    """
    import chdb

    return (
        f"tokenhouse {version('tokenhouse')}, commit {commit()}, "
        f"ClickHouse {chdb.engine_version} (chDB {version('chdb')})"
    )


def commit() -> str:
    """Return the commit that this code is of.

    Returns
    -------
    str
        As the build of the package wrote it; in a checkout, as git says, with ``+`` where files
        have changed since; ``unknown`` where neither is there.
    """
    written = _PACKAGE / "commit.txt"
    if written.is_file():
        return written.read_text(encoding="utf-8").strip()
    # Not the commit of some other project, in whose folder this package is installed.
    if not (_PACKAGE.parent / ".git").exists():
        return "unknown"
    command = ["git", "describe", "--always", "--exclude=*", "--abbrev=9", "--dirty=+"]
    try:
        said = subprocess.run(
            command, cwd=_PACKAGE.parent, capture_output=True, text=True, check=False
        )
    except OSError:
        return "unknown"
    return said.stdout.strip() or "unknown"
