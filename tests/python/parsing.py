"""dbt's parse of the project, which takes longer than building a small warehouse, made once.

And its templates, translated once.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration import settings
from orchestration.transformation.dbt import TEMPLATE_CODE

__all__ = ["DEFAULT_VARS", "shared_parse", "shared_templates", "target_name"]

DEFAULT_VARS = "{}"
_CACHE = "partial_parse.msgpack"


def target_name(variables: str = DEFAULT_VARS) -> str:
    """Return the name of dbt's target path for a set of vars, on which the parse depends."""
    return "target_" + hashlib.blake2b(variables.encode(), digest_size=4).hexdigest()


@contextlib.contextmanager
def shared_parse(target: Path, shared: Path) -> Iterator[None]:
    """Begin with the parse that setup or another process of the session left, or leave it one.

    dbt checks the cache against files, vars and profile, so that a stale one costs only time.

    Parameters
    ----------
    target : Path
        dbt's target path, for one set of vars.
    shared : Path
        Folder that all processes share, for the same set of vars.
    """
    mine, ours = target / _CACHE, shared / _CACHE
    target.mkdir(parents=True, exist_ok=True)
    shared.mkdir(parents=True, exist_ok=True)
    # `make setup` parses the project with the default vars.
    made = settings.project_dir() / "target" / _CACHE
    for found in (ours, made) if shared.name == target_name() else (ours,):
        if found.exists() and not mine.exists():
            shutil.copy(found, mine)
    yield
    if mine.exists() and not ours.exists():
        _copy(mine, ours)


def shared_templates(folder: Path) -> Path:
    """Return the file of translated templates of a folder, which begins with those of setup."""
    ours, made = folder / TEMPLATE_CODE, settings.project_dir() / "target" / TEMPLATE_CODE
    if made.exists() and not ours.exists():
        _copy(made, ours)
    return ours


def _copy(file: Path, place: Path) -> None:
    """Copy a file to where another process may copy one at the same time."""
    part = place.with_suffix(f".{os.getpid()}")
    shutil.copy(file, part)
    part.rename(place)
