"""``tokenhouse dagster``: Dagster's web page and daemon on this warehouse."""

import contextlib
import itertools
import os
import sys
import threading
from pathlib import Path

import click

from orchestration.processes import command_of, run_alone

__all__ = ["LINEAGE", "dagster", "prepare_home"]

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

    os.environ["DAGSTER_HOME"] = str(prepare_home())
    os.environ.setdefault("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", _LOCK_SECONDS)
    # dg starts the dagster commands that it finds on PATH.
    scripts = Path(sys.executable).parent
    os.environ["PATH"] = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])
    os.chdir(settings.project_dir())
    if opens_browser:
        threading.Thread(target=_open_when_served, args=(arguments,), daemon=True).start()
    sys.exit(run_alone([*command_of("dg"), *(arguments or ("dev",))]))


def _open_when_served(arguments: tuple[str, ...]) -> None:
    """Open a browser on the lineage of all assets, once the page is served."""
    import socket
    import time
    import webbrowser

    place = {"--host": "127.0.0.1", "--port": "3000"}
    for name, value in itertools.pairwise(arguments):
        place[{"-h": "--host", "-p": "--port"}.get(name, name)] = value
    host, port = place["--host"], int(place["--port"])
    until = time.monotonic() + _SECONDS_TO_SERVE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            webbrowser.open(f"http://{host}:{port}{LINEAGE}")
            return
        time.sleep(_SECONDS_PER_LOOK)


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
        template = settings.project_dir() / "orchestration" / "dagster.yaml"
        instance.write_text(template.read_text())
    return folder
