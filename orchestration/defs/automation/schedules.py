"""Schedules."""

import dagster as dg

from orchestration.defs.automation.jobs import load_and_build, write_report
from orchestration.defs.policies import DAILY

__all__ = ["MONTHLY", "daily_load_and_build", "monthly_report"]

MONTHLY = "30 4 1 * *"
"""Two hours behind the daily build, which has the last day of the month by then."""

# Running by default, because whoever starts Dagster wants an up-to-date warehouse. The run also
# loads files of failed sensor runs.
daily_load_and_build = dg.ScheduleDefinition(
    name="daily_load_and_build",
    job=load_and_build,
    cron_schedule=DAILY,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=(
        "Load new files, build everything and forecast again, after the end of the UTC day."
    ),
)

monthly_report = dg.ScheduleDefinition(
    name="monthly_report",
    job=write_report,
    cron_schedule=MONTHLY,
    execution_timezone="UTC",
    description="Write the page as one HTML file on the first of each month.",
)
