"""``tokenhouse init``: a copy of the dbt project, to change it."""

from pathlib import Path

import click

__all__ = ["init"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def init(folder: Path) -> None:
    """Copy the dbt project to DIR: models, macros, seeds, tests and profiles.

    Commands that are started in DIR or below use the copy, and keep their data in DIR/.tokenhouse.
    From elsewhere, TOKENHOUSE_PROJECT_DIR=DIR selects it.

    \b
    tokenhouse init my-warehouse
    cd my-warehouse && tokenhouse run ~/.claude/projects
    """
    from orchestration import settings
    from orchestration.project import copy_project

    data = settings.home()
    copy_project(folder)
    click.echo(
        f"The project is in {folder}. Commands started there use it, with data of their own; to go "
        f"on with the data that is there, set TOKENHOUSE_HOME={data}."
        if data.exists()
        else f"The project is in {folder}. Commands started there use it."
    )
