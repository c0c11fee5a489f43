"""Start the process that builds."""

import os
import subprocess
import sys
from dataclasses import dataclass

from orchestration import settings
from orchestration.transformation.dbt import check_installed, environment
from orchestration.transformation.fingerprint import shared_code
from orchestration.transformation.options import BuildOptions

__all__ = ["Builder", "start"]


@dataclass(frozen=True)
class Builder:
    """A process that has been started, and waits to be asked for a build.

    Attributes
    ----------
    process : subprocess.Popen
        It reads a request and writes events.
    code : str
        Digest of the code that every node may use, from before it read any.
    variables : str
        The overridden vars, as dbt's argument; empty for none.
    """

    process: subprocess.Popen
    code: str
    variables: str


def start(options: BuildOptions) -> Builder:
    """Start the process that builds.

    Parameters
    ----------
    options : BuildOptions
        What will be built.

    Returns
    -------
    Builder
        It imports dbt and reads the project while it waits.

    Raises
    ------
    UserError
        If dbt is not installed.
    """
    check_installed()
    code = shared_code(options)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "orchestration.transformation.worker",
            options.variables_argument,
        ],
        cwd=settings.project_dir(),
        env=os.environ | environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Builder(process, code, options.variables_argument)
