"""Other processes, as people know them."""

import contextlib
from pathlib import Path

__all__ = ["describe_process"]

COMMAND_WIDTH = 160


def describe_process(pid: int, command: str = "") -> str:
    """Describe a process for a message.

    Parameters
    ----------
    pid : int
        Process id.
    command : str
        Its command line if it is known; otherwise it is read from ``/proc``.

    Returns
    -------
    str
        Such as ``process 4711 (tokenhouse build)``.
    """
    if not command:
        with contextlib.suppress(OSError):
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
            command = raw.replace(b"\0", b" ").decode(errors="replace").strip()
    if len(command) > COMMAND_WIDTH:
        command = command[: COMMAND_WIDTH - 1] + "…"
    return f"process {pid} ({command})" if command else f"process {pid}"
