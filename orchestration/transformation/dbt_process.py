"""dbt in a process that ends with the one that started it, however that one ended.

``python -m orchestration.transformation.dbt_process build …`` is dbt. Where its parent is killed,
nobody passes a signal on: left to itself, dbt would go on building, and the data directory would
stay busy. That a process has another parent than at first is seen on Linux and macOS.
"""

import os
import signal
import threading
import time

__all__ = ["main"]

_SECONDS_PER_LOOK = 0.5
# An interrupted dbt cancels its queries and closes the database. A process that waits for the
# directory waits longer than that.
_SECONDS_TO_STOP = 5


def main() -> None:
    """Run dbt with the arguments of this process."""
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    from dbt.cli.main import cli

    cli(prog_name="dbt")


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_PER_LOOK)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_SECONDS_TO_STOP)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
