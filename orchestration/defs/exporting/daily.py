"""A file of bills per day, partitioned, so that any past days can be made again."""

from datetime import date

import dagster as dg

from orchestration import settings
from orchestration.defs.policies import DAILY, group_of

__all__ = ["DAILY_BILLS", "DAYS", "daily_bills"]

DAILY_BILLS = dg.AssetKey(["exports", "daily_bills"])
DAYS = dg.DailyPartitionsDefinition(
    start_date=str(settings.project_vars()["daily_exports_from"]), timezone="UTC"
)


@dg.asset(
    key=DAILY_BILLS,
    deps=[dg.AssetKey(["marts", "focus_cost_and_usage"])],
    partitions_def=DAYS,
    # The warehouse is opened once for all days that are asked for.
    backfill_policy=dg.BackfillPolicy.single_run(),
    # Of the day that has just ended, once the daily build has made the mart.
    automation_condition=dg.AutomationCondition.on_cron(DAILY),
    retry_policy=dg.RetryPolicy(max_retries=2, delay=30),
    group_name=group_of("exports"),
    kinds={"file"},
)
def daily_bills(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Write the charges of each day, in the columns of FOCUS, to `bills/<day>.csv` in the home.

    A day without charges has no file. Days that were written before are replaced: late logs change
    them.
    """
    from orchestration.exporting import Series, export
    from orchestration.warehouse.reading import connect_to_read

    folder = settings.home() / "bills"
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    with connect_to_read() as reading:
        for key in sorted(context.partition_keys):
            day = date.fromisoformat(key)
            made = export(reading.client, "focus", "complete", Series(start=day, end=day))
            path, unfinished = folder / f"{key}.csv", folder / f".{key}.csv"
            if made.row_count:
                unfinished.write_bytes(made.content)
                unfinished.replace(path)
                rows[key] = made.row_count
            else:
                path.unlink(missing_ok=True)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(rows.values()),
            "days_with_charges": len(rows),
            "folder": dg.MetadataValue.path(str(folder)),
        }
    )
