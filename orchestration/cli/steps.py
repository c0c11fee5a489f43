"""Steps of ``load`` and ``build`` that ``run``, ``demo`` and ``forecast`` share."""

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.build_steps import BuildSteps
from orchestration.cli.progress import progress_shown
from orchestration.storage import storage_problem

if TYPE_CHECKING:
    from orchestration.loading import LoadProgress, LoadReport
    from orchestration.reporting.summary import Summary
    from orchestration.transformation.options import BuildOptions
    from orchestration.transformation.results import BuildReport, NodeResult
    from orchestration.warehouse.client import Stay

__all__ = ["build_and_print", "build_and_summarize", "load_with_progress", "print_load_report"]

_SHOWN_MESSAGES = 20


def load_with_progress(
    paths: Iterable[str | Path], earlier: Iterable["LoadReport"] = (), **options: Any
) -> "LoadReport":
    """Load, and show the progress.

    Parameters
    ----------
    paths : iterable of str or Path
        What to load.
    earlier : iterable of LoadReport
        Loads of some of that by the same command.
    **options
        Options of :func:`orchestration.loading.load`.

    Returns
    -------
    orchestration.loading.LoadReport
        The result for every file.
    """
    from orchestration import journal, loading
    from orchestration.loading.journal_entries import load_entries
    from orchestration.transformation import ahead

    with progress_shown("Loading", "files") as show:

        def tell(step: "LoadProgress") -> None:
            # Files differ in size: the bar counts bytes, the note counts files.
            files = f"{step.files_done:,} of {step.files_total:,} files"
            show(step.bytes_done, step.bytes_total, note=files)

        report = loading.load(paths, progress=tell, on_new=ahead.begin, **options)
    report = report.with_earlier(earlier)
    journal.write(load_entries(report, "tokenhouse load"))
    return report


def print_load_report(report: "LoadReport") -> None:
    """Print what a load did: counts on standard output, what needs attention on standard error.

    Parameters
    ----------
    report : orchestration.loading.LoadReport
        Result of a load.
    """
    counts = [
        f"{report.count(status)} {status}"
        for status in ("loaded", "unchanged", "empty", "skipped", "failed")
        if report.count(status) or status == "loaded"
    ]
    copies = sum(file.status == "unchanged" and bool(file.message) for file in report.files)
    if copies:
        counts.append(f"{copies} of the unchanged are copies of other files")
    click.echo(
        f"{len(report.files)} file{'' if len(report.files) == 1 else 's'}: {', '.join(counts)}; "
        f"{report.loaded_rows:,} rows, "
        f"{report.rejected_rows:,} rejected lines, {report.seconds:.1f} s."
    )
    for source, files in sorted(report.without_usage.items()):
        what = "file" if files == 1 else "files"
        click.echo(
            f"{files:,} {what} of {source} carried no usage that is known and not counted "
            "elsewhere (--format json says where)."
        )
    if report.passed_over:
        click.echo(f"{report.passed_over} hidden files or files of other types were ignored.")
    replacing = [file.message for file in report.files if file.status == "loaded" and file.message]
    for message in replacing[:_SHOWN_MESSAGES]:
        click.echo(message)
    notable = [file for file in report.files if file.status in ("failed", "skipped")]
    for file in notable[:_SHOWN_MESSAGES]:
        click.echo(f"{file.status}: {file.message}", err=True)
    if len(notable) > _SHOWN_MESSAGES:
        more = len(notable) - _SHOWN_MESSAGES
        click.echo(f"… and {more} more (--format json lists all)", err=True)
    if report.rejected_rows:
        click.echo(
            "To see the rejected lines: tokenhouse query "
            '"select _source_file, _line_number, reason, line_text from raw.rejected_lines '
            'order by _loaded_at desc limit 20"',
            err=True,
        )


def build_and_print(options: "BuildOptions", *, verbose: bool = False) -> bool:
    """Build, show the progress, and print the result.

    Parameters
    ----------
    options : orchestration.transformation.options.BuildOptions
        What to build.
    verbose : bool
        Whether to show dbt's lines instead of the progress.

    Returns
    -------
    bool
        Whether everything succeeded.
    """
    from orchestration.reporting.condition import issue_counts
    from orchestration.warehouse.client import connect

    report = _build(options, verbose=verbose)
    with connect() as client:
        _print_issues(issue_counts(client))
    return report.is_successful


def build_and_summarize(stay: "Stay", *, full: bool, verbose: bool) -> int:
    """Build if anything is new, then print the summary.

    Parameters
    ----------
    stay : orchestration.warehouse.client.Stay
        What keeps the warehouse open; it ends before dbt is started.
    full : bool
        Whether to build in any case.
    verbose : bool
        Whether to show dbt's lines.

    Returns
    -------
    int
        The exit code: 1 when a model or test failed.
    """
    from orchestration.cli.tables import print_summary
    from orchestration.reporting.summary import summary_from_json
    from orchestration.transformation.build import is_up_to_date, state_to_build_from
    from orchestration.transformation.options import BuildOptions

    options = BuildOptions(everything=full)
    built_from = state_to_build_from(options)
    is_built = full or not is_up_to_date(options, built_from)
    exit_code, made = 0, ""
    if is_built:
        stay.end()
        report = _build(options, verbose=verbose, built_from=built_from, is_summarized=True)
        exit_code, made = int(not report.is_successful), report.summary
    else:
        click.echo("Nothing is new since the last build: not built (use --full to build anyway).")
    summary = summary_from_json(made) if made else _read_summary()
    if is_built:
        _print_issues(summary.issues)
    print_summary(summary)
    return exit_code


def _read_summary() -> "Summary":
    """Return the summary of what can be read, and say where that is an earlier state."""
    from orchestration.reporting.summary import summarize
    from orchestration.warehouse.reading import connect_to_read

    with connect_to_read() as reading:
        summary = summarize(reading.client)
        if reading.note:
            click.echo(reading.note, err=True)
    return summary


def _build(options: "BuildOptions", *, verbose: bool, **asked: Any) -> "BuildReport":
    """Build, show the progress, and print the result."""
    from orchestration.transformation.build import build

    if verbose:

        def show_line(event: dict[str, Any]) -> None:
            click.echo(event["info"]["msg"], err=True)

        report = build(options, show_line, **asked)
    else:
        with progress_shown("Building", "models and tests") as show:
            report = build(options, BuildSteps(show), **asked)
    _print_build_report(report)
    messages = [*report.errors, *(node.message for node in report.failed)]
    if problem := storage_problem("\n".join(messages)):
        raise problem
    return report


def _print_issues(counts: tuple[int, int] | None) -> None:
    """Say how many logged values could not be believed."""
    if counts and any(counts):
        click.echo(
            f"{counts[0]:,} data issues, {counts[1]:,} rows or lines quarantined; "
            "`tokenhouse doctor` says what to do."
        )


def _print_build_report(report: "BuildReport") -> None:
    """Print counts on standard output, and what failed on standard error."""
    skipped = sum(node.status == "skipped" for node in report.nodes)
    warned = sum(node.status == "warn" for node in report.nodes)
    failed_tests = sum(node.is_test for node in report.failed)
    parts = [
        f"{report.count(tests=False, status='success')} models built",
        f"{report.count(tests=True, status='pass')} tests passed",
    ]
    if len(report.failed) > failed_tests:
        parts.append(f"{len(report.failed) - failed_tests} models failed")
    if failed_tests:
        parts.append(f"{failed_tests} tests failed")
    if warned:
        parts.append(f"{warned} warnings")
    if skipped:
        parts.append(f"{skipped} skipped because of the failures")
    click.echo(f"{', '.join(parts)}; {report.seconds:.1f} s.")
    for message in (*report.errors, *report.notes):
        click.echo(message, err=True)
    for node in report.failed:
        _print_failure(node)


def _print_failure(node: "NodeResult") -> None:
    if not node.is_test:
        click.echo(f"\nfailed: {node.kind} {node.name}\n{node.message}", err=True)
        return
    rows = f": {node.failures} rows" if node.failures else ""
    click.echo(f"\nfailed: {node.kind.replace('_', ' ')} {node.name}{rows}", err=True)
    if node.kind == "test" and node.failures and node.sql_file:
        click.echo(f"to see them: tokenhouse query - < {shlex.quote(node.sql_file)}", err=True)
    else:
        click.echo(node.message, err=True)
