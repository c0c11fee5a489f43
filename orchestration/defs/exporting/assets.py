"""The exports of document C's dashboard and the report, kept for downloads."""

import dagster as dg
from pydantic import Field

from orchestration.defs.policies import group_of

__all__ = ["EXPORTS", "REPORT", "ExportConfig", "ReportConfig", "exports", "report"]

EXPORTS = dg.AssetKey(["exports", "dashboard"])
_READ = tuple(
    dg.AssetKey(["marts", name])
    for name in ("v_analytics", "focus_cost_and_usage", "mart_budgets", "mart_cost_changes")
)

REPORT = dg.AssetKey(["exports", "report"])
_REPORTED = tuple(
    dg.AssetKey(["marts", name])
    for name in (
        "daily_costs",
        "mart_cost_changes",
        "mart_cost_forecasts",
        "mart_period_metrics",
        "run_analytics",
        "v_attention",
    )
)


class ExportConfig(dg.Config):
    """What to export.

    Attributes
    ----------
    formats : list of str
        Formats of ``tokenhouse export``.
    export_type : str
        Its type; of ``focus`` and ``html`` there is one.
    """

    formats: list[str] = Field(default_factory=lambda: ["json", "csv", "xlsx"])
    export_type: str = "complete"


@dg.asset(key=EXPORTS, deps=_READ, group_name=group_of("exports"), kinds={"file"})
def exports(context: dg.AssetExecutionContext, config: ExportConfig) -> dg.MaterializeResult:
    """Write the dashboard as files; `tokenhouse serve` gives them out until they expire."""
    from orchestration.exporting import FORMATS, Series, export
    from orchestration.exporting.ledger import keep
    from orchestration.warehouse.reading import connect_to_read

    entries = []
    with connect_to_read() as reading:
        for name in config.formats:
            kind = "complete" if name in ("focus", "html") else config.export_type
            made = export(reading.client, name, kind)
            entry = keep(
                made,
                f"{'bills' if name == 'focus' else 'analytics'}.{FORMATS[name]}",
                export_format=name,
                export_type=kind,
                series=Series(),
            )
            context.log.info(f"{entry.file_name}: {entry.file_bytes:,} bytes, {entry.export_id}")
            entries.append(entry)
    return dg.MaterializeResult(
        metadata={
            entry.format: dg.MetadataValue.text(f"/api/analytics/download/{entry.export_id}")
            for entry in entries
        }
    )


class ReportConfig(dg.Config):
    """What the report is about.

    Attributes
    ----------
    period : str
        7, 30 or 90 days, ``month`` or ``all``.
    scope : str
        Kind and name, as ``project:shop``; empty for everything.
    """

    period: str = "month"
    scope: str = ""


@dg.asset(key=REPORT, deps=_REPORTED, group_name=group_of("exports"), kinds={"file"})
def report(context: dg.AssetExecutionContext, config: ReportConfig) -> dg.MaterializeResult:
    """Write the page as one HTML file; `tokenhouse serve` gives it out until it expires."""
    from orchestration.exporting import Export, Series
    from orchestration.exporting.ledger import keep
    from orchestration.serving.page.report import choice_of_scope, report_html
    from orchestration.warehouse.reading import connect_to_read

    choice = choice_of_scope(config.period, config.scope)
    with connect_to_read() as reading:
        made = Export(report_html(reading.client, choice).encode(), 0)
    entry = keep(made, "report.html", export_format="html", export_type="complete", series=Series())
    context.log.info(f"{entry.file_name}: {entry.file_bytes:,} bytes, {entry.export_id}")
    link = f"/api/analytics/download/{entry.export_id}"
    return dg.MaterializeResult(metadata={"html": dg.MetadataValue.text(link)})
