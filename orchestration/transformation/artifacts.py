"""dbt's artifacts: a folder per Dagster run, and one file of results for a build in parts."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.transformation.dbt import target_path
from orchestration.transformation.parse_cache import PARSE_CACHE

__all__ = ["KEPT_RUNS", "new_run_folder", "write_results"]

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


def write_results(parts: list[dict[str, Any]], skipped: Iterable[str]) -> None:
    """Write ``run_results.json`` of a build that dbt ran in parts.

    Parameters
    ----------
    parts : list of dict
        dbt's results of each part.
    skipped : iterable of str
        Nodes, by ``unique_id``, that dbt was not asked for, because something before them failed.
    """
    if not parts:
        return
    results = [result for part in parts for result in part["results"]]
    results += [_skipped(name) for name in skipped]
    elapsed = sum(part["elapsed_time"] for part in parts)
    whole = parts[-1] | {"results": results, "elapsed_time": elapsed}
    (target_path() / "run_results.json").write_text(json.dumps(whole))


def _skipped(name: str) -> dict[str, Any]:
    return {
        "unique_id": name,
        "status": "skipped",
        "message": "Skipped, because something before it failed.",
        "failures": None,
        "timing": [],
        "thread_id": "",
        "execution_time": 0.0,
        "adapter_response": {},
        "compiled": False,
        "compiled_code": None,
        "relation_name": None,
        "batch_results": None,
    }
