"""A home with the demo, built and forecast, for pictures."""

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["TOKENHOUSE", "build_demo"]

TOKENHOUSE = str(Path(sys.executable).with_name("tokenhouse"))


def build_demo(home: Path) -> None:
    """Make, build and forecast the demo, unless that is done.

    Parameters
    ----------
    home : Path
        Where it is, or will be.
    """
    if (home / "served").exists():
        return
    for command in (["run"], ["forecast", "--warehouse"]):
        subprocess.run(
            [TOKENHOUSE, *command],
            env=os.environ | {"TOKENHOUSE_HOME": str(home)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
