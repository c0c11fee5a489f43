"""dbt's artifacts: a folder per Dagster run."""

import shutil
from pathlib import Path

from orchestration.transformation.dbt import PARSE_CACHE, target_path

__all__ = ["KEPT_RUNS", "new_run_folder"]

KEPT_RUNS = 20


def new_run_folder(run_id: str) -> Path:
    """Return a new target path for a run, and remove those of old runs.

    Parameters
    ----------
    run_id : str
        Id of the run; a retried step gets the same folder.

    Returns
    -------
    Path
        It contains dbt's parse cache, so that dbt does not parse the project again.
    """
    runs = target_path() / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    past = sorted(runs.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in past[KEPT_RUNS - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
    folder = runs / run_id
    folder.mkdir(exist_ok=True)
    cache = target_path() / PARSE_CACHE
    if cache.exists():
        shutil.copy(cache, folder)
    return folder
