"""``tokenhouse unload``: remove the rows of loaded files."""

import json

import click

__all__ = ["unload"]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def unload(paths: tuple[str, ...], output_format: str) -> None:
    """Remove the rows of loaded files from the models; loading the files again restores them.

    PATH is a file, a directory or a quoted pattern, as it was loaded; the files need not exist any
    more. The rows stay in the raw tables, but the next build leaves them out.
    """
    from orchestration import journal, loading
    from orchestration.loading.journal_entries import unload_entries

    report = loading.unload(paths)
    journal.write(unload_entries(report, "tokenhouse unload"))
    if output_format == "json":
        click.echo(json.dumps(vars(report), ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"Unloaded rows: {report.rows:,}, files: {len(report.files)}, loads: {report.loads}. "
            "Run `tokenhouse build` to remove the rows from the models."
        )
