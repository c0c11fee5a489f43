"""The entries of a load in the journal."""

from orchestration.journal import Entry, new_version
from orchestration.loading.report import LoadReport
from orchestration.loading.sources import SOURCES
from orchestration.loading.unload import UnloadReport

__all__ = ["load_entries", "unload_entries"]

_ENTITY_OF = {source.name: source.entity for source in SOURCES}


def load_entries(report: LoadReport, command: str) -> list[Entry]:
    """Return the entries of a load: one per raw table that has new rows, and its two checks.

    Parameters
    ----------
    report : LoadReport
        What became of each file.
    command : str
        The command that loaded them.

    Returns
    -------
    list of Entry
        None if nothing was tried.
    """
    if not report.files:
        return []
    loaded = [file for file in report.files if file.status == "loaded"]
    entries = []
    for table in sorted({_ENTITY_OF[file.source] for file in loaded}):
        files = [file for file in loaded if _ENTITY_OF[file.source] == table]
        entries.append(
            _changed(
                table,
                report,
                command,
                files_loaded=len(files),
                rows_loaded=sum(file.loaded_rows for file in files),
                lines_rejected=sum(file.rejected_rows for file in files),
            )
        )
    if loaded:
        counts = {f"files_{file.status}": report.count(file.status) for file in report.files}
        entries.append(_changed("loads", report, command, **counts, rows_loaded=report.loaded_rows))
    if report.rejected_rows:
        entries.append(
            _changed("rejected_lines", report, command, rows_loaded=report.rejected_rows)
        )
    failed = report.count("failed")
    return [
        *entries,
        _checked("every_file_loads", command, failed_files=failed),
        _checked("every_line_is_read", command, rejected_lines=report.rejected_rows),
    ]


def unload_entries(report: UnloadReport, command: str) -> list[Entry]:
    """Return the entries of an unload: one per raw table that shows fewer rows.

    Parameters
    ----------
    report : UnloadReport
        What was taken back.
    command : str
        The command that did it.

    Returns
    -------
    list of Entry
        The ledger of loads is one of the tables.
    """
    return [
        Entry(
            asset=["raw", table],
            by=command,
            version=new_version(),
            facts={"loads_removed": report.loads, "rows_removed": report.rows},
        )
        for table in (*report.tables, "loads")
    ]


def _changed(table: str, report: LoadReport, command: str, **facts: int) -> Entry:
    return Entry(
        asset=["raw", table],
        by=command,
        seconds=report.seconds,
        version=new_version(),
        facts=dict(facts),
    )


def _checked(name: str, command: str, **facts: int) -> Entry:
    is_passed = not any(facts.values())
    return Entry(check=name, by=command, passed=is_passed, is_warning=True, facts=dict(facts))
