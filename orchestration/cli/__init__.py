"""The command line: the group of commands, and the handling of errors."""

import importlib
import sys
from typing import Any

import click

from orchestration import settings
from orchestration.errors import UserError
from orchestration.storage import keep_private, storage_problem

__all__ = ["main"]

_UNEXPECTED = 70  # EX_SOFTWARE
_INTERRUPTED = 130  # as shells report SIGINT

# name: (module:attribute, help). Modules are imported when their command is used, so that help is
# instant.
_COMMANDS = {
    "run": ("orchestration.cli.run:run", "Load logs, build the warehouse, print a summary."),
    "load": ("orchestration.cli.load:load", "Load log files; unchanged ones are skipped."),
    "unload": ("orchestration.cli.unload:unload", "Remove the rows of loaded files."),
    "archive": ("orchestration.cli.archive:archive", "Move log files of old runs elsewhere."),
    "build": ("orchestration.cli.build:build", "Build the models and test them (dbt build)."),
    "query": ("orchestration.cli.query:query", "Run SQL on the warehouse."),
    "usage": ("orchestration.cli.usage:usage", "Show what coding agents used, as ccusage does."),
    "serve": ("orchestration.cli.serve:serve", "Let BI tools read the marts; shows a page."),
    "report": ("orchestration.cli.report:report", "Write the page as one HTML file."),
    "deliver": ("orchestration.cli.deliver:deliver", "Tell people which alerts are new."),
    "export": ("orchestration.cli.export:export", "Write the dashboard as JSON, CSV or Parquet."),
    "bundle": ("orchestration.cli.bundle:bundle", "Write a dashboard for Superset or Grafana."),
    "forecast": ("orchestration.cli.forecast:forecast", "Forecast the warehouse, or a CSV file."),
    "detect": ("orchestration.cli.detect:detect", "Detect anomalies in series of a CSV file."),
    "experiment": (
        "orchestration.cli.experiment:experiment",
        "Plan experiments on the warehouse's own traffic.",
    ),
    "prices": ("orchestration.cli.prices:prices", "Import model prices, or look one up."),
    "dagster": ("orchestration.cli.dagster:dagster", "Open the warehouse in Dagster."),
    "demo": (
        "orchestration.cli.demo:demo",
        "Generate, load and build a company's logs with known faults.",
    ),
    "init": ("orchestration.cli.init:init", "Copy the dbt project out, to change it."),
    "completion": (
        "orchestration.cli.completion:completion",
        "Print the completion for bash, zsh or fish.",
    ),
    "doctor": ("orchestration.cli.doctor:doctor", "Check the installation and the data."),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported on use, and whose expected errors are one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are usually needed."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name][0].split(":")
        return getattr(importlib.import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; if it fails, print one sentence and exit with its code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo(
                "tokenhouse: interrupted; run the command again to finish what is left.", err=True
            )
            ctx.exit(_INTERRUPTED)
        except Exception as caught:
            if ctx.params["debug"]:
                raise
            error = storage_problem(caught) or caught
            click.echo(f"tokenhouse: {_sentence(error)}", err=True)
            ctx.exit(error.exit_code if isinstance(error, UserError) else _UNEXPECTED)


def _sentence(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    first_line = (str(error).splitlines() or [""])[0]
    return (
        f"unexpected error ({type(error).__name__}: {first_line}); run the command again as "
        "`tokenhouse --debug …` to see where."
    )


def _print_version(ctx: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not ctx.resilient_parsing:
        from orchestration.version import version_text

        click.echo(version_text())
        ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show version, commit and engine.",
)
def main(debug: bool) -> None:
    """Analyse LLM logs: what runs cost, which are anomalous, what got worse and why.

    \b
    tokenhouse run                              a demo: load, build, print a summary
    tokenhouse run ~/.claude/projects           the same on your own logs
    tokenhouse query "select * from marts.run_analytics limit 5"
    tokenhouse load calls.csv --map ts=called_at --set model=gpt-4o

    The data is stored in TOKENHOUSE_HOME (by default .tokenhouse in the project, or in your home
    folder where the project is the package's own), in a ClickHouse that runs inside the command;
    TOKENHOUSE_TARGET=server uses a ClickHouse server instead.

    Exit codes: 0 success, 1 something failed, 2 wrong usage, 74 the disk of the data is full,
    read-only or gone, 75 the data directory is in use by another process (try again).
    """
    if sys.platform not in ("linux", "darwin"):
        raise UserError(
            f"tokenhouse runs on Linux and macOS, not on {sys.platform}: on Windows, install it "
            "inside WSL."
        )
    keep_private()
    # A wrong prefix is refused before anything is created.
    settings.database("raw")
