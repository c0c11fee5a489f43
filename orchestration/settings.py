"""Paths and target, from environment variables only."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.errors import BadInputError
from orchestration.project import find_project, is_packaged

__all__ = [
    "TARGETS",
    "built_layers",
    "data_directory",
    "database",
    "home",
    "project_dir",
    "project_vars",
    "start_of_paths",
    "target",
]

TARGETS = ("embedded", "server", "cluster")
# What names a database everywhere without quotes; dbt puts none around it.
_PREFIX = re.compile(r"([A-Za-z_]\w{0,62})?", re.ASCII)


def project_dir() -> Path:
    """Return the folder of ``dbt_project.yml``.

    Returns
    -------
    Path
        Absolute path, as :func:`orchestration.project.find_project` finds it.
    """
    return find_project()


def start_of_paths() -> Path:
    """Return the folder that relative paths of settings start at.

    Returns
    -------
    Path
        The project, not the working directory: dbt, Dagster and the command line must open the
        same directory wherever they are started. Where the project is the installed package's own,
        the working directory.
    """
    project = project_dir()
    return Path.cwd() if is_packaged(project) else project


def home() -> Path:
    """Return the folder that holds the data, from ``TOKENHOUSE_HOME``.

    Returns
    -------
    Path
        Absolute path; it need not exist yet. Relative ones start at :func:`start_of_paths`.
        ``.tokenhouse`` by default: in the project, or in the user's home where the project is the
        installed package's own.
    """
    named = os.environ.get("TOKENHOUSE_HOME")
    if not named and is_packaged(project_dir()):
        return Path.home().resolve() / ".tokenhouse"
    return (start_of_paths() / Path(named or ".tokenhouse").expanduser()).resolve()


def data_directory() -> Path:
    """Return the embedded ClickHouse's data directory.

    Returns
    -------
    Path
        ``<home>/clickhouse``; one process at a time may hold it.
    """
    return home() / "clickhouse"


def target() -> str:
    """Return the dbt target in use, from ``TOKENHOUSE_TARGET``.

    Returns
    -------
    str
        One of :data:`TARGETS`; ``embedded`` by default.

    Raises
    ------
    BadInputError
        If the variable names something else.
    """
    name = os.environ.get("TOKENHOUSE_TARGET") or "embedded"
    if name not in TARGETS:
        raise BadInputError(
            f"TOKENHOUSE_TARGET is {name!r}; set it to one of {', '.join(TARGETS)}, "
            "or unset it for embedded."
        )
    return name


def built_layers() -> tuple[str, ...]:
    """Return the layers that a build makes: the folders of models, in the order of building.

    Returns
    -------
    tuple of str
        As ``dbt_project.yml`` lists them, ``staging`` first and ``marts`` last.
    """
    project = _project()
    folders = project["models"][project["name"]]
    return tuple(name for name in folders if not name.startswith("+"))


def database(layer: str) -> str:
    """Return the database that holds a layer.

    Parameters
    ----------
    layer : str
        Layer name: ``raw``, ``staging``, …, ``marts``, ``ml``, ``demo``.

    Returns
    -------
    str
        The layer's name behind ``TOKENHOUSE_DATABASE_PREFIX`` (empty by default), so that several
        warehouses can share a server.

    Raises
    ------
    BadInputError
        If the prefix cannot begin a database's name.
    """
    prefix = os.environ.get("TOKENHOUSE_DATABASE_PREFIX", "")
    if not _PREFIX.fullmatch(prefix):
        raise BadInputError(
            f"TOKENHOUSE_DATABASE_PREFIX is {prefix!r}; set it to letters, digits and underscores "
            "that do not begin with a digit, or unset it."
        )
    return prefix + layer


@cache
def project_vars() -> dict[str, Any]:
    """Return the vars of the project.

    Returns
    -------
    dict
        As ``dbt_project.yml`` gives them; what one build overrides is not in it.
    """
    variables: dict[str, Any] = _project()["vars"]
    return variables


def _project() -> dict[str, Any]:
    """Read ``dbt_project.yml``, a tenth as long with the loader in C, where PyYAML has it."""
    import yaml

    text = (project_dir() / "dbt_project.yml").read_text(encoding="utf-8")
    project: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return project
