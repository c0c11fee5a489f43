"""Loading: from files on disk to the raw tables, each line once, nothing lost."""

from orchestration.loading.load import LoadProgress, LoadReport, load
from orchestration.loading.unload import UnloadReport, unload

__all__ = ["LoadProgress", "LoadReport", "UnloadReport", "load", "unload"]
