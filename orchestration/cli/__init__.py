"""The command line: one group, and the one place where errors become a sentence."""

import importlib
from typing import Any

import click

from orchestration.errors import UserError

__all__ = ["main"]

_UNEXPECTED = 70  # EX_SOFTWARE
_INTERRUPTED = 130  # as shells report SIGINT

# name: (module:attribute, help). Modules are imported when their command is used, so that help is
# instant.
_COMMANDS = {
    "run": ("orchestration.cli.run:run", "Load logs, build the warehouse, show what it found."),
    "load": ("orchestration.cli.load:load", "Load log files; unchanged ones are skipped."),
    "unload": ("orchestration.cli.unload:unload", "Take back what files brought."),
    "build": ("orchestration.cli.build:build", "Build the models and test them (dbt build)."),
    "query": ("orchestration.cli.query:query", "Ask the warehouse in SQL."),
    "forecast": ("orchestration.cli.forecast:forecast", "Forecast the warehouse, or a CSV file."),
    "detect": ("orchestration.cli.detect:detect", "Find anomalies in series of a CSV file."),
    "prices": ("orchestration.cli.prices:prices", "Import model prices."),
    "dagster": ("orchestration.cli.dagster:dagster", "Open the warehouse in Dagster."),
    "demo": ("orchestration.cli.demo:demo", "Write realistic demo logs with known faults."),
    "doctor": ("orchestration.cli.doctor:doctor", "Check the installation and the data."),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported on use, and whose expected errors are one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which one meets them."""
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
        """Run the command; end with a sentence and an exit code where it fails."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo("tokenhouse: interrupted; what was not finished is repeated.", err=True)
            ctx.exit(_INTERRUPTED)
        except Exception as error:
            if ctx.params["debug"]:
                raise
            click.echo(f"tokenhouse: {_sentence(error)}", err=True)
            ctx.exit(error.exit_code if isinstance(error, UserError) else _UNEXPECTED)


def _sentence(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    first_line = (str(error).splitlines() or [""])[0]
    return (
        f"something unexpected went wrong ({type(error).__name__}: {first_line}); "
        "`tokenhouse --debug …` shows where."
    )


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.version_option(package_name="tokenhouse")
def main(debug: bool) -> None:
    """Keep a warehouse of LLM logs: what each run cost, which are off, what got worse and why.

    \b
    tokenhouse run                              a demo: load, build, show what was found
    tokenhouse run ~/.claude/projects           the same on your own logs
    tokenhouse query "select * from marts.run_analytics limit 5"
    tokenhouse load calls.csv --map ts=called_at --set model=gpt-4o

    The data lives in TOKENHOUSE_HOME (.tokenhouse in the project by default), in a ClickHouse that
    runs inside the command; TOKENHOUSE_TARGET=server uses a ClickHouse server instead.

    Exit codes: 0 done, 1 some of it failed, 2 wrong use, 75 the data is busy (try again).
    """
