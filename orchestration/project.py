"""The dbt project: where it is found, and how it is copied out of the installed package."""

import os
import re
import shutil
from pathlib import Path

from orchestration.errors import BadInputError

__all__ = ["copy_project", "find_project", "is_packaged", "packaged_project"]

_PACKAGE = Path(__file__).resolve().parent
# What a project is made of; the wheel has the same (pyproject.toml).
_FOLDERS = ("models", "macros", "seeds", "profiles", "tests/generic", "tests/singular")
_FILES = ("dbt_project.yml",)
_NAME = re.compile(r"^name:\s*['\"]?tokenhouse['\"]?\s*$", re.MULTILINE)


def packaged_project() -> Path:
    """Return the project that the wheel brings; in a checkout, there is none.

    Returns
    -------
    Path
        A folder inside the package.
    """
    return _PACKAGE / "dbt_project"


def find_project() -> Path:
    """Return the folder of the dbt project in use.

    Returns
    -------
    Path
        The first of: ``TOKENHOUSE_PROJECT_DIR``; the checkout that this package runs from; the
        current folder or the nearest above it that holds a copy of the project; the package's own.

    Raises
    ------
    BadInputError
        If ``TOKENHOUSE_PROJECT_DIR`` has no project.
    """
    named = os.environ.get("TOKENHOUSE_PROJECT_DIR")
    if named:
        folder = Path(named).expanduser().resolve()
        if not (folder / "dbt_project.yml").is_file():
            raise BadInputError(
                f"TOKENHOUSE_PROJECT_DIR is {named}, where there is no dbt_project.yml: set it to "
                "a folder that `tokenhouse init` wrote, or unset it."
            )
        return folder
    if (_PACKAGE.parent / "dbt_project.yml").is_file():
        return _PACKAGE.parent
    current = Path.cwd()
    for folder in (current, *current.parents):
        if _is_copy(folder):
            return folder.resolve()
    return packaged_project()


def is_packaged(project: Path) -> bool:
    """Tell whether a project is the package's own, into which nothing may be written."""
    return project == packaged_project()


def copy_project(folder: Path) -> None:
    """Copy the project in use out, for changes.

    Parameters
    ----------
    folder : Path
        Where to; it must be empty or missing.

    Raises
    ------
    BadInputError
        If something is there already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInputError(f"{folder} is not empty: name a new folder.")
    project = find_project()
    for name in _FOLDERS:
        # Modes and times of an installed package are nobody's choice.
        shutil.copytree(
            project / name,
            folder / name,
            copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns(".*", "__pycache__"),
        )
    for name in _FILES:
        shutil.copyfile(project / name, folder / name)
    (folder / ".gitignore").write_text(".tokenhouse/\ntarget/\nlogs/\n.user.yml\n")


def _is_copy(folder: Path) -> bool:
    try:
        return bool(_NAME.search((folder / "dbt_project.yml").read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return False
