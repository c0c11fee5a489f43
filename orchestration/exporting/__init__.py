"""Exports of the dashboard: JSON, CSV and tables, from the marts."""

from orchestration.exporting.export import FORMATS, TYPES, Series, export

__all__ = ["FORMATS", "TYPES", "Series", "export"]
