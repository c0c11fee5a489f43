"""Exports of the dashboard: documents, tables, workbooks and bills, from the marts."""

from orchestration.exporting.export import FORMATS, TYPES, export
from orchestration.exporting.series import Export, Series

__all__ = ["FORMATS", "TYPES", "Export", "Series", "export"]
