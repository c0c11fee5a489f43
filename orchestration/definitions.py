"""The code location that Dagster opens."""

import warnings
from pathlib import Path

import dagster as dg

__all__ = ["defs"]


@dg.definitions
def defs() -> dg.Definitions:
    """Load everything under ``defs``."""
    from orchestration import defs as folder

    # As `dg.load_from_defs_folder` does, which reads the same from a pyproject.toml:
    # an installed package has none.
    with warnings.catch_warnings():
        # It keeps these to itself, too.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.ComponentTree(
            defs_module=folder,
            project_root=Path(__file__).resolve().parent.parent,
            code_location_name="tokenhouse",
        ).build_defs()
