"""Document C's CSV: three sections under their headings, from its own JSON document."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orchestration.exporting.cells import cell, rounded

__all__ = ["csv_document", "csv_table"]

# Decimals of the figures: more where they are means or of single models.
_MONEY = 4
_PROJECT_MONEY = 2
_SECONDS = 1
_SHARE = 4
_PROJECTS = (
    "Project",
    "Runs",
    "Last Run",
    "Total Tokens",
    "Total Cost (USD)",
    "Avg Duration (s)",
    "QA Passed",
    "QA Warning",
    "QA Failed",
    "QA Not Run",
)
_MODELS = ("Model", "Total Tokens", "Total Cost (USD)", "Usage Count")


def csv_document(document: Mapping[str, Any], sections: Sequence[str]) -> str:
    """Return the sections of the dashboard as CSV (RFC 4180), an empty line between them.

    Parameters
    ----------
    document : mapping
        Document C's own: ``summary``, ``projects``, ``models``.
    sections : sequence of str
        Which of these, in order.
    """
    makers: dict[str, Callable[[Any], list[Sequence[Any]]]] = {
        "summary": _summary,
        "projects": _projects,
        "models": _models,
    }
    return "\r\n".join(csv_table(makers[name](document[name])) for name in sections)


def csv_table(rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as lines of CSV.

    Parameters
    ----------
    rows : sequence of sequence
        The header among them.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[cell(value) for value in row] for row in rows])
    return text.getvalue()


def _summary(summary: Mapping[str, Any]) -> list[Sequence[Any]]:
    checks = summary["qa_summary"]
    return [
        ["OVERALL SUMMARY"],
        ["Metric", "Value"],
        ["Total Runs", summary["total_runs"]],
        ["Total Jobs", summary["total_jobs"]],
        ["Total Tokens", summary["total_tokens"]],
        ["Total Cost (USD)", rounded(summary["total_cost"], _MONEY)],
        ["Avg Cost Per Run (USD)", rounded(summary["avg_cost_per_run"], _MONEY)],
        ["Avg Duration (s)", rounded(summary["avg_duration_seconds"], _SECONDS)],
        *(
            [f"Jobs {state.capitalize()}", summary[f"jobs_{state}"]]
            for state in ("completed", "failed", "cancelled", "running", "queued")
        ),
        ["Runs (2-loop)", summary["runs_2loop"]],
        ["Runs (3-loop)", summary["runs_3loop"]],
        ["QA Runs", checks["total_qa_runs"]],
        *(
            [f"QA {verdict.replace('_', ' ').title()}", checks[f"qa_{verdict}"]]
            for verdict in ("passed", "warning", "failed", "error", "not_run")
        ),
        ["QA Pass Rate", rounded(checks["pass_rate"], _SHARE)],
        ["Monthly Budget (USD)", rounded(summary["monthly_budget"], _MONEY)],
        ["Current Month Cost (USD)", rounded(summary["current_month_cost"], _MONEY)],
        ["Budget Remaining (USD)", rounded(summary["budget_remaining"], _MONEY)],
        ["Generated At", summary["generated_at"]],
    ]


def _projects(projects: Sequence[Mapping[str, Any]]) -> list[Sequence[Any]]:
    return [
        ["PER-PROJECT SUMMARY"],
        _PROJECTS,
        *(
            [
                row["project_name"],
                row["runs_count"],
                row["last_run_time"],
                row["total_tokens"],
                rounded(row["total_cost"], _PROJECT_MONEY),
                rounded(row["avg_duration_seconds"], _SECONDS),
                *(row[f"qa_{verdict}"] for verdict in ("passed", "warning", "failed", "not_run")),
            ]
            for row in projects
        ),
    ]


def _models(models: Sequence[Mapping[str, Any]]) -> list[Sequence[Any]]:
    return [
        ["PER-MODEL SUMMARY"],
        _MODELS,
        *(
            [
                row["model_name"],
                row["total_tokens"],
                rounded(row["total_cost"], _MONEY),
                row["usage_count"],
            ]
            for row in models
        ),
    ]
