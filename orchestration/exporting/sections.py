"""Document C's CSV: three sections under their headings."""

import csv
import io
from typing import Any

from orchestration import settings
from orchestration.exporting.cells import cell, rounded

__all__ = ["csv_document"]

# Decimals of the figures: more where they are means or of single models.
_MONEY = 4
_PROJECT_MONEY = 2
_SECONDS = 1
_SHARE = 4


def csv_document(client: Any, sections: tuple[str, ...], *, formulas: bool) -> str:
    """Return the sections of the dashboard as CSV (RFC 4180), an empty line between them.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    sections : tuple of str
        Of ``summary``, ``projects`` and ``models``.
    formulas : bool
        Whether texts that a spreadsheet would run stay as they are.
    """
    makers = {"summary": _summary, "projects": _projects, "models": _models}
    texts = []
    for name in sections:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        rows = makers[name](client)
        writer.writerows([[cell(value, formulas=formulas) for value in row] for row in rows])
        texts.append(text.getvalue())
    return "\r\n".join(texts)


def _rows(client: Any, view: str, order: str) -> list[dict[str, Any]]:
    query = f"select * from `{settings.database('marts')}`.{view} order by {order}"
    return list(client.query(query).named_results())


def _summary(client: Any) -> list[list[Any]]:
    [row] = _rows(client, "v_summary", "generated_at")
    [answers] = _rows(client, "v_analytics", "generated_at")
    pass_rate = rounded(row["qa_pass_share"], _SHARE)
    return [
        ["OVERALL SUMMARY"],
        ["Metric", "Value"],
        ["Total Runs", row["total_runs"]],
        ["Total Jobs", row["total_jobs"]],
        ["Total Tokens", row["total_tokens"]],
        ["Total Cost (USD)", rounded(row["total_cost_usd"], _MONEY)],
        ["Avg Cost Per Run (USD)", rounded(row["avg_cost_per_run_usd"], _MONEY)],
        ["Avg Duration (s)", rounded(row["avg_duration_seconds"], _SECONDS)],
        *(
            [f"Jobs {state.capitalize()}", row[f"jobs_{state}"]]
            for state in ("completed", "failed", "cancelled", "running", "queued")
        ),
        ["Runs (2-loop)", row["runs_2loop"]],
        ["Runs (3-loop)", row["runs_3loop"]],
        ["QA Runs", row["total_qa_runs"]],
        *(
            [f"QA {name}", row[f"qa_{verdict}"]]
            for name, verdict in (
                ("Passed", "passed"),
                ("Warning", "warning"),
                ("Failed", "failed"),
                ("Error", "error"),
                ("Not Run", "not_run"),
            )
        ),
        ["QA Pass Rate", 0 if pass_rate is None else pass_rate],
        ["Monthly Budget (USD)", rounded(row["monthly_budget_usd"], _MONEY)],
        ["Current Month Cost (USD)", rounded(row["current_month_cost_usd"], _MONEY)],
        ["Budget Remaining (USD)", rounded(row["budget_remaining_usd"], _MONEY)],
        ["Generated At", answers["generated_at"]],
    ]


def _projects(client: Any) -> list[list[Any]]:
    return [
        ["PER-PROJECT SUMMARY"],
        [
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
        ],
        *(
            [
                row["project_name"],
                row["runs_count"],
                row["last_run_time"],
                row["total_tokens"],
                rounded(row["total_cost_usd"], _PROJECT_MONEY),
                rounded(row["avg_duration_seconds"], _SECONDS),
                row["qa_passed"],
                row["qa_warning"],
                row["qa_failed"],
                row["qa_not_run"],
            ]
            for row in _rows(client, "v_projects", "position")
        ),
    ]


def _models(client: Any) -> list[list[Any]]:
    return [
        ["PER-MODEL SUMMARY"],
        ["Model", "Total Tokens", "Total Cost (USD)", "Usage Count"],
        *(
            [
                row["model_name"],
                row["total_tokens"],
                rounded(row["total_cost_usd"], _MONEY),
                row["usage_count"],
            ]
            for row in _rows(client, "v_models", "position")
        ),
    ]
