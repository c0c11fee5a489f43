"""What runs by the clock."""

import dagster as dg

from orchestration.defs.automation.jobs import load_and_build

__all__ = ["DAILY", "daily_load_and_build"]

DAILY = "30 2 * * *"
"""Days are UTC days: at 02:30 yesterday is over, also for shippers that are two hours late."""

# On from the start: whoever starts Dagster wants the warehouse kept up to date, and the run also
# loads what a sensor's failed run left.
daily_load_and_build = dg.ScheduleDefinition(
    name="daily_load_and_build",
    job=load_and_build,
    cron_schedule=DAILY,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=(
        "Load what has landed, build everything and forecast anew, after the end of the UTC day."
    ),
)
