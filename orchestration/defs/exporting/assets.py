"""The exports of document C's dashboard, kept for downloads."""

import dagster as dg
from pydantic import Field

from orchestration.defs.policies import group_of

__all__ = ["EXPORTS", "ExportConfig", "exports"]

EXPORTS = dg.AssetKey(["exports", "dashboard"])
_READ = tuple(
    dg.AssetKey(["marts", name])
    for name in ("v_analytics", "focus_cost_and_usage", "mart_budgets", "mart_cost_changes")
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
