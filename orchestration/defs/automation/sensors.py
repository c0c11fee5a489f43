"""Sensors."""

import hashlib
import json
import time

import dagster as dg

from orchestration.defs.automation.jobs import NOT_OF_A_LOAD, load_and_build
from orchestration.defs.exporting.assets import EXPORTS
from orchestration.defs.exporting.daily import DAILY_BILLS
from orchestration.defs.forecasting.assets import FORECASTS
from orchestration.defs.loading.assets import LOGS, REJECTED
from orchestration.loading.landing import landing_directory, look, touched_tables

__all__ = ["conditions", "landing_files", "selection_for"]

# Of the assets whose condition depends on the time alone. Those of models are evaluated by
# Dagster's default sensor, which is off: the landing sensor and the daily schedule usually suffice.
conditions = dg.AutomationConditionSensorDefinition(
    "conditions",
    target=dg.AssetSelection.assets(DAILY_BILLS),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    description="Writes the bills of each day after the daily build.",
)

_WRITTEN_BY_EXPORTS = {"exports"}
_LEDGER_MODELS = (
    dg.AssetKey(["staging", "stg_tokenhouse__loads"]),
    dg.AssetKey(["staging", "stg_tokenhouse__rejected_lines"]),
)


@dg.sensor(
    name="landing_directory",
    job=load_and_build,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Loads new and changed files of the landing directory (TOKENHOUSE_LANDING) and rebuilds "
        "the models downstream. Runs that write logs do not wait for it or fail with it (R017)."
    ),
)
def landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Request a run if there are finished files for which no run was requested yet."""
    directory = landing_directory()
    landing = look(directory, time.time())
    for problem in landing.problems:
        context.log.warning(problem)
    asked_for = set(json.loads(context.cursor)) if context.cursor else set()
    new = sorted(landing.files.keys() - asked_for)
    if not new:
        return dg.SkipReason(_why_nothing(directory.is_dir(), landing.is_settling, str(directory)))
    files = [landing.files[digest] for digest in new]
    if context.repository_def is None:
        raise dg.DagsterInvariantViolationError("The sensor needs its code location.")
    request = dg.RunRequest(
        run_key=hashlib.blake2b("".join(new).encode(), digest_size=16).hexdigest(),
        asset_selection=sorted(selection_for(touched_tables(files), context.repository_def)),
        run_config=dg.RunConfig(
            ops={"load_logs": {"config": {"paths": [str(file.path) for file in files]}}}
        ),
        tags={"tokenhouse/new_files": str(len(files))},
    )
    # The cursor keeps only files that are still there, so that it does not grow.
    return dg.SensorResult(run_requests=[request], cursor=json.dumps(sorted(landing.files)))


def selection_for(tables: set[str], repository: dg.RepositoryDefinition) -> set[dg.AssetKey]:
    """Return the assets to load and rebuild if files add rows to raw tables.

    Parameters
    ----------
    tables : set of str
        Names of raw tables.
    repository : dagster.RepositoryDefinition
        All assets. Forecasts are left out: the daily schedule fits them. So is what the job itself
        leaves out, and the export of the dashboard where nothing but entries of exports has come:
        it leaves such entries, and would never end.

    Returns
    -------
    set of dagster.AssetKey
        The tables and everything downstream; and the ledger, which every load writes, with the
        models that report on it. (All of staging reads the ledger: it would select everything.)
    """
    touched = dg.AssetSelection.assets(*(dg.AssetKey(["raw", table]) for table in tables))
    reports = dg.AssetSelection.assets(*_LEDGER_MODELS)
    selection = (
        touched.downstream() | reports.downstream() | dg.AssetSelection.assets(LOGS, REJECTED)
    )
    left_out = {*FORECASTS, *NOT_OF_A_LOAD, *(() if tables - _WRITTEN_BY_EXPORTS else (EXPORTS,))}
    others = {
        id(assets): assets
        for key, assets in repository.assets_defs_by_key.items()
        if key not in left_out
    }
    return set(selection.resolve(list(others.values())))


def _why_nothing(is_there: bool, is_settling: bool, directory: str) -> str:
    if not is_there:
        return f"There is no directory {directory} yet; create it to have logs in it loaded."
    if is_settling:
        return f"Files in {directory} were just written; they are loaded when they stop changing."
    return f"There is no new file in {directory}."
