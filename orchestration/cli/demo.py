"""``tokenhouse demo``: generate a company's logs, load and build them, summarize."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from orchestration.cli.progress import progress_shown
from orchestration.cli.steps import build_and_summarize, load_with_progress, print_load_report

__all__ = ["demo"]

# Of which parameters and which generator a folder's logs are.
_STAMP = "demo.json"

# Cascades are nearly all runs of the demo. Their faults are found among so many, too, and a first
# look takes a seventh less than with all of them.
_CASCADE_SCALE = 0.6


@click.command()
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same logs.")
@click.option("--days", default=90, show_default=True, help="Length of the logs.")
@click.option("--scale", default=1.0, show_default=True, help="Factor on the number of runs.")
@click.option(
    "--cascade-scale",
    default=_CASCADE_SCALE,
    show_default=True,
    help="Factor on the runs of cascades besides; docs/accuracy is of 1.",
)
@click.option(
    "--only",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Only this source's logs, e.g. cascade or chat; may be repeated. All by default.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Only write the logs, their fault labels and their truth table to DIR; load nothing.",
)
@click.option("--full", is_flag=True, help="Build even if nothing is new since the last build.")
@click.option("--verbose", "-v", is_flag=True, help="Show dbt's own lines.")
@click.pass_context
def demo(
    ctx: click.Context,
    /,
    *,
    seed: int = 7,
    days: int = 90,
    scale: float = 1.0,
    cascade_scale: float = _CASCADE_SCALE,
    sources: tuple[str, ...] = (),
    out: Path | None = None,
    full: bool = False,
    verbose: bool = False,
) -> None:
    """Generate a company's logs with known faults, load and build them, print a summary.

    The company runs cascades, a chat with experiments, pipelines, an orchestrator, traced agents,
    coding agents and batch jobs, some of them through a gateway. A new demo replaces the one
    before; logs of your own stay. demo.fault_labels lists the faults of the cascades, truth.csv
    next to the logs what was injected into all sources.

    \b
    tokenhouse demo
    tokenhouse demo --days 30 --scale 0.5 --seed 1
    tokenhouse demo --only cascade
    tokenhouse demo --out demo-logs
    """
    from orchestration import settings
    from orchestration.demo import DEMO_SOURCES

    folder = out or settings.home() / "demo"
    parameters = {
        "seed": seed,
        "days": days,
        "scale": scale,
        "cascade_scale": cascade_scale,
        "sources": sources or DEMO_SOURCES,
    }
    is_new = _is_stale(folder, parameters)
    if not is_new:
        click.echo(f"The demo in {folder} is up to date.")
    if out:
        if is_new:
            _generate(folder, parameters)
        click.echo(f"The logs are in {folder / 'logs'}: run `tokenhouse run {folder / 'logs'}`.")
        return

    from orchestration import loading
    from orchestration.demo import load_fault_labels
    from orchestration.transformation import ahead
    from orchestration.transformation.options import BuildOptions
    from orchestration.warehouse.client import connect, staying_open
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    logs = folder / "logs"
    earlier: list[loading.LoadReport] = []

    def load_written(paths: list[Path]) -> None:
        if not earlier:
            _take_back(logs)
        earlier.append(loading.load(paths))

    with ahead.starting_ahead(BuildOptions()), staying_open() as stay:
        if is_new:
            ahead.begin()
            _generate(folder, parameters, load_written)
        report = load_with_progress([logs], earlier)
        print_load_report(report)
        with connect() as client:
            ensure_raw_tables(client)
            load_fault_labels(client, folder / "fault_labels.jsonl")
        exit_code = build_and_summarize(stay, full=full, verbose=verbose)
    ctx.exit(exit_code or report.exit_code)


def _generate(
    folder: Path,
    parameters: dict[str, Any],
    on_written: Callable[[list[Path]], None] = lambda paths: None,
) -> None:
    """Write the demo to the folder."""
    from orchestration.demo.apart import generate_apart

    stamp = folder / _STAMP
    stamp.unlink(missing_ok=True)
    with progress_shown("Generating", "days") as progress:
        report = generate_apart(folder, **parameters, progress=progress, on_written=on_written)
    stamp.write_text(_stamp(parameters))
    click.echo(
        f"Generated {report.sessions:,} runs of {report.workflows:,} workflows with "
        f"{report.calls:,} model calls, {report.first_day} to {report.last_day}, and "
        f"{sum(report.faults.values())} injected faults; of other sources {report.other_runs:,} "
        f"runs with {report.other_calls:,} calls."
    )


def _is_stale(folder: Path, parameters: dict[str, Any]) -> bool:
    stamp = folder / _STAMP
    return not stamp.exists() or stamp.read_text() != _stamp(parameters)


def _stamp(parameters: dict[str, Any]) -> str:
    return json.dumps({**parameters, "generator": _generator_digest()}, sort_keys=True)


def _generator_digest() -> str:
    """Return a digest of the generator, whose changes change the demo."""
    import hashlib

    from orchestration import demo as generator

    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(generator.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _take_back(logs: Path) -> None:
    """Unload an earlier demo, if there is one."""
    from orchestration import loading
    from orchestration.errors import BadInputError

    with contextlib.suppress(BadInputError):
        loading.unload([logs])
