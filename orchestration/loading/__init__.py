"""Loading: from files on disk to the raw tables, each line once, nothing lost."""

from orchestration.loading.load import load
from orchestration.loading.report import FileReport, LoadProgress, LoadReport
from orchestration.loading.unload import UnloadReport, unload

__all__ = ["FileReport", "LoadProgress", "LoadReport", "UnloadReport", "load", "unload"]
