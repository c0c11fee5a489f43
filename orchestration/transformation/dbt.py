"""How dbt runs on this project: which executable, where it writes, which environment."""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestration import settings
from orchestration.errors import UserError

__all__ = ["environment", "executable", "project_digest", "target_path"]

_PROJECT_FOLDERS = ("models", "macros", "seeds", "tests", "profiles")
_PROJECT_SUFFIXES = (".sql", ".yml", ".yaml", ".csv", ".md")


def executable() -> Path:
    """Return the dbt that is installed with this Python, whatever PATH says.

    Returns
    -------
    Path
        Absolute path.

    Raises
    ------
    UserError
        If there is none.
    """
    path = Path(sys.executable).with_name("dbt")
    if not path.exists():
        raise UserError(
            f"dbt is not installed beside {sys.executable}: "
            "install the project's locked dependencies (`make setup`)."
        )
    return path


def target_path() -> Path:
    """Return where dbt keeps its manifest, parse cache and compiled SQL.

    Returns
    -------
    Path
        ``DBT_TARGET_PATH`` where it is set; else ``<home>/dbt``, as all of these depend on the
        databases they were made for. A dbt typed by hand keeps its own ``target/``.
    """
    path = os.environ.get("DBT_TARGET_PATH")
    return (settings.project_dir() / path).resolve() if path else settings.home() / "dbt"


def environment() -> dict[str, str]:
    """Return the environment variables that dbt runs with, over those of this process.

    Returns
    -------
    dict of str to str
        Nothing is written outside the home, and every path is absolute.
    """
    path = os.environ.get("PATH", "")
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), *([path] if path else [])]),
        "TOKENHOUSE_HOME": str(settings.home()),
        "TOKENHOUSE_TARGET": settings.target(),
        "DBT_PROJECT_DIR": str(settings.project_dir()),
        "DBT_PROFILES_DIR": str(settings.project_dir() / "profiles"),
        "DBT_TARGET_PATH": str(target_path()),
        "DBT_LOG_PATH": str(target_path() / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def project_digest() -> str:
    """Return a digest of everything that dbt reads from the project.

    Returns
    -------
    str
        64 hexadecimal digits; the same for the same files, wherever they lie and however old.
    """
    digest = hashlib.blake2b(digest_size=32)
    for path in _project_files():
        name = path.relative_to(settings.project_dir()).as_posix()
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _project_files() -> Iterator[Path]:
    project = settings.project_dir()
    yield project / "dbt_project.yml"
    for folder in _PROJECT_FOLDERS:
        for path in sorted((project / folder).rglob("*")):
            if path.suffix in _PROJECT_SUFFIXES and path.is_file():
                yield path
