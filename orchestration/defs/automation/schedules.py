"""Schedules."""

import dagster as dg

from orchestration.defs.automation.jobs import load_and_build
from orchestration.defs.policies import DAILY

__all__ = ["daily_load_and_build"]

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
