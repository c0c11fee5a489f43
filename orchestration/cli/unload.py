"""``tokenhouse unload``: take back what files brought."""

import json

import click

__all__ = ["unload"]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def unload(paths: tuple[str, ...], output_format: str) -> None:
    """Take back what files brought; loading them again brings it back.

    PATH is a file, a directory or a quoted pattern, as it was loaded; the files need not exist any
    more. The rows stay in the raw tables and no longer show after the next build.
    """
    from orchestration import loading

    report = loading.unload(paths)
    if output_format == "json":
        click.echo(json.dumps(vars(report), ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"Removed {report.rows:,} rows: loads {report.loads}, files {len(report.files)}; "
            "`tokenhouse build` takes them out of the models."
        )
