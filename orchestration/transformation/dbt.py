"""How dbt runs on this project: which executable, where it writes, which environment."""

import hashlib
import os
import shlex
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.program import command_with

__all__ = [
    "PARSE_CACHE",
    "TEMPLATE_CODE",
    "check_installed",
    "command",
    "environment",
    "executable",
    "project_digest",
    "shared_code_digest",
    "target_path",
]

# What dbt keeps in its target path of the parsed project, and of its templates.
PARSE_CACHE = "partial_parse.msgpack"
TEMPLATE_CODE = "templates.marshal"

_PROJECT_FOLDERS = ("models", "macros", "seeds", "tests", "profiles")
_SHARED_FOLDERS = ("macros", "profiles", "tests/generic")
_PROJECT_SUFFIXES = (".sql", ".yml", ".yaml", ".csv", ".md")


def command() -> list[str]:
    """Return the command that runs dbt, of this Python, until this process ends.

    Returns
    -------
    list of str
        dbt's arguments follow.

    Raises
    ------
    UserError
        If dbt is not installed.
    """
    check_installed()
    return command_with(target_path() / TEMPLATE_CODE)


def check_installed() -> None:
    """Complain where dbt is missing.

    Raises
    ------
    UserError
        If dbt is not installed.
    """
    if find_spec("dbt.cli") is None:
        raise UserError(
            f"dbt is not installed for {sys.executable}: "
            "install the project's locked dependencies (`make setup`)."
        )


def executable() -> Path:
    """Write a program that is :func:`command`, for those who can only call a program.

    Returns
    -------
    Path
        Absolute path, below the target path.

    Raises
    ------
    UserError
        If dbt is not installed.
    """
    path = target_path() / "bin" / "dbt"
    text = f'#!/bin/sh\nexec {shlex.join(command())} "$@"\n'
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may do this at once: each puts a whole file in place.
        written = path.with_name(f"dbt.{os.getpid()}")
        written.write_text(text)
        written.chmod(0o755)
        written.replace(path)
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
    return (settings.start_of_paths() / path).resolve() if path else settings.home() / "dbt"


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
        "TOKENHOUSE_PROJECT_DIR": str(settings.project_dir()),
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
        64 hexadecimal digits; they depend on the names and contents of the files only.
    """
    return _digest_of_files(_PROJECT_FOLDERS)


def shared_code_digest() -> str:
    """Return a digest of what any model or test of the project may use: macros and vars.

    Returns
    -------
    str
        64 hexadecimal digits. dbt does not say which macro a node uses through an override, nor
        which var, so a change of any of them is a change of every node.
    """
    return _digest_of_files(_SHARED_FOLDERS)


def _digest_of_files(folders: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(digest_size=32)
    for path in _project_files(folders):
        name = path.relative_to(settings.project_dir()).as_posix()
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _project_files(folders: tuple[str, ...]) -> Iterator[Path]:
    project = settings.project_dir()
    yield project / "dbt_project.yml"
    for folder in folders:
        for path in sorted((project / folder).rglob("*")):
            if path.suffix in _PROJECT_SUFFIXES and path.is_file():
                yield path
