"""The code location that Dagster opens."""

from pathlib import Path

import dagster as dg

__all__ = ["defs"]


@dg.definitions
def defs() -> dg.Definitions:
    """Load everything under ``defs``."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
