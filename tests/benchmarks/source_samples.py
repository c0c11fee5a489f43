"""Logs of what the demo has not: the tools of the tests, reports of providers, cohorts, exports."""

import json
from pathlib import Path

from sources import report_pages, tool_logs
from sources.tool_writers import WRITERS

__all__ = ["write_samples"]

_COHORT = {"cohort_name": "frequent", "field": "message_count", "operator": ">=", "value": "2"}


def write_samples(folder: Path) -> None:
    """Write them, each below a folder of its name.

    Parameters
    ----------
    folder : Path
        Where; it is made.
    """
    for name, write in WRITERS.items():
        (folder / name).mkdir(parents=True)
        write(folder / name)
    for database in tool_logs.RUNNING:
        database.close()
    pages = {
        "openai": report_pages.openai_page([report_pages.usage("gpt-4o", 5, 900, 40)]),
        "anthropic": report_pages.anthropic_page([report_pages.CLAUDE_USAGE]),
        "openrouter": {"data": [report_pages.ACTIVITY]},
        "claude_code": {"data": [report_pages.person("ada@example.com", (50, 12, 900, 30), 12)]},
    }
    for name, page in pages.items():
        _write(folder / "reports" / f"{name}.json", page)
    _write(folder / "cohorts" / "cohorts.jsonl", _COHORT)


def _write(path: Path, record: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
