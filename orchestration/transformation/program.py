"""dbt as a program for others: Dagster starts it, and the project's parse is made by it.

It is quick (``quick_dbt.py``) and ends with the process that started it.
``python -m orchestration.transformation.program FILE build …`` is dbt's command line with such a
file of templates.
"""

import sys
from pathlib import Path

from orchestration.processes import end_with_parent

__all__ = ["command_with", "main"]


def command_with(templates: Path) -> list[str]:
    """Return the command that runs dbt, of this Python, until this process ends.

    Parameters
    ----------
    templates : Path
        The file that keeps translated templates. Dagster gives each run a target path of its own,
        which would begin without any.

    Returns
    -------
    list of str
        dbt's arguments follow.
    """
    return [sys.executable, "-m", "orchestration.transformation.program", str(templates)]


def main() -> None:
    """Run dbt with the arguments behind the first; exit as dbt does."""
    end_with_parent()
    templates = Path(sys.argv.pop(1))
    from dbt.cli.main import cli

    from orchestration.transformation.quick_dbt import quick_dbt

    with quick_dbt(templates):
        cli(prog_name="dbt")


if __name__ == "__main__":
    main()
