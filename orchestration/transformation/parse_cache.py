"""dbt's parse of the project, made once when the project is set up, for every home.

dbt takes ten seconds to parse the project for the first time, and one to see that nothing changed.
It checks the cache against files, vars and profile, so a stale one costs only time. With
it are kept the translations of its templates to Python (``templates.py``).

``python -m orchestration.transformation.parse_cache`` makes it.
"""

import os
import shutil
import sys
from pathlib import Path

from orchestration import settings
from orchestration.transformation.dbt import (
    PARSE_CACHE,
    TEMPLATE_CODE,
    environment,
    target_path,
)

__all__ = ["begin_with_project_parse"]


def begin_with_project_parse() -> None:
    """Give a home that has no parse of its own the one of the project, where there is one."""
    for name in (PARSE_CACHE, TEMPLATE_CODE):
        mine, ours = target_path() / name, _project_target() / name
        if ours.exists() and not mine.exists():
            mine.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ours, mine)


def main() -> None:
    """Parse the project into its own target path; exit as dbt does."""
    os.environ |= environment() | {"DBT_TARGET_PATH": str(_project_target())}
    from dbt.cli.main import dbtRunner

    from orchestration.transformation.templates import compile_templates

    result = dbtRunner().invoke(["--quiet", "parse"])
    if result.success:
        compile_templates(result.result, _project_target() / TEMPLATE_CODE)
    sys.exit(0 if result.success else 1)


def _project_target() -> Path:
    """Return where a dbt typed by hand keeps what it makes of this project."""
    return settings.project_dir() / "target"


if __name__ == "__main__":
    main()
