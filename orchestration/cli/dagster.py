"""``tokenhouse dagster``: Dagster's web page and daemon on this warehouse."""

import contextlib
import itertools
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from orchestration.processes import command_of, run_alone

# dg starts in a project, whose root module is in its folder. A checkout is one; where the
# package is installed, this is.
_DG_PROJECT = """\
directory_type = "project"

[project]
root_module = "code_location"
code_location_name = "tokenhouse"
code_location_target_module = "orchestration.definitions"
"""

__all__ = ["LINEAGE", "dagster", "place_of", "prepare_home"]

LINEAGE = "/asset-groups"
"""Page of Dagster with all groups of assets."""

_SECONDS_TO_SERVE, _SECONDS_PER_LOOK = 300.0, 0.5

_LOCK_SECONDS = "600"
"""A scheduled run has no user waiting: it can wait until a build in a terminal has ended."""


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--open", "opens_browser", is_flag=True, help="Open a browser on the lineage.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[DG ARGUMENTS…]")
def dagster(arguments: tuple[str, ...], *, opens_browser: bool) -> None:
    """Open the warehouse in Dagster: assets, checks, the daily schedule, the landing directory.

    ARGUMENTS are passed on to dg; the default, `dev`, starts its web page on http://127.0.0.1:3000.
    Its runs and logs are in DAGSTER_HOME (by default TOKENHOUSE_HOME/dagster). New files
    in TOKENHOUSE_LANDING (TOKENHOUSE_HOME/landing by default) are loaded while it runs.

    \b
    tokenhouse dagster --open
    tokenhouse dagster dev --port 3001
    tokenhouse dagster launch --job load_and_build
    tokenhouse dagster launch --assets 'key:"marts/*"'
    """
    from orchestration import settings
    from orchestration.loading.landing import landing_directory

    os.environ["DAGSTER_HOME"] = str(prepare_home())
    os.environ.setdefault("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", _LOCK_SECONDS)
    # dg starts the dagster commands that it finds on PATH.
    scripts = Path(sys.executable).parent
    os.environ["PATH"] = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])
    # Relative paths start where the command was typed, not in the folder of the project.
    os.environ["TOKENHOUSE_HOME"] = str(settings.home())
    os.environ["TOKENHOUSE_LANDING"] = str(landing_directory())
    os.environ["TOKENHOUSE_PROJECT_DIR"] = str(settings.project_dir())
    os.chdir(_dg_project(Path(os.environ["DAGSTER_HOME"])))
    if opens_browser:
        threading.Thread(target=_open_when_served, args=(arguments,), daemon=True).start()
    sys.exit(run_alone([*command_of("dg"), *(arguments or ("dev",))]))


def _open_when_served(arguments: tuple[str, ...]) -> None:
    """Open a browser on the lineage of all assets, once the page is served."""
    import socket
    import time
    import webbrowser

    host, port = place_of(arguments)
    until = time.monotonic() + _SECONDS_TO_SERVE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            webbrowser.open(f"http://{host}:{port}{LINEAGE}")
            return
        time.sleep(_SECONDS_PER_LOOK)


def place_of(arguments: Sequence[str]) -> tuple[str, int]:
    """Return host and port of the page that dg serves with these arguments.

    Parameters
    ----------
    arguments : sequence of str
        As dg takes them.
    """
    place = {"--host": "127.0.0.1", "--port": "3000"}
    names = {"-h": "--host", "-p": "--port"}
    written = [part for argument in arguments for part in argument.split("=", 1)]
    for name, value in itertools.pairwise(written):
        place[names.get(name, name)] = value
    return place["--host"], int(place["--port"])


def prepare_home() -> Path:
    """Return Dagster's home, with a ``dagster.yaml`` in it.

    Returns
    -------
    Path
        ``DAGSTER_HOME`` or ``<home>/dagster``. A ``dagster.yaml`` that is there stays as it is.
    """
    from orchestration import settings

    folder = Path(os.environ.get("DAGSTER_HOME") or settings.home() / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    instance = folder / "dagster.yaml"
    if not instance.exists():
        template = Path(settings.__file__).with_name("dagster.yaml")
        instance.write_text(template.read_text())
    return folder


def _dg_project(dagster_home: Path) -> Path:
    """Return the folder that dg starts in."""
    from orchestration import settings

    checkout = Path(settings.__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout
    folder = dagster_home / "project"
    (folder / "code_location" / "defs").mkdir(parents=True, exist_ok=True)
    (folder / "code_location" / "__init__.py").touch()
    (folder / "dg.toml").write_text(_DG_PROJECT)
    return folder
