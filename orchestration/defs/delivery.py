"""Alerts that reach people, after each build and on a schedule of its own."""

import os
from typing import Any

import dagster as dg

from orchestration import settings
from orchestration.defs.policies import group_of
from orchestration.errors import UserError

__all__ = ["DELIVERIES", "deliver", "deliveries", "regular_delivery"]

DELIVERIES = dg.AssetKey(["delivery", "messages"])
_ARRIVE = "messages_arrive"


@dg.asset(
    key=DELIVERIES,
    deps=[dg.AssetKey(["marts", "v_notices"])],
    group_name=group_of("delivery"),
    check_specs=[
        dg.AssetCheckSpec(
            _ARRIVE,
            asset=DELIVERIES,
            description="No message failed or was given up; passes while no channel is configured.",
        )
    ],
)
def deliveries(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Tell Slack, webhooks, mailboxes and files what is new, still holds, or is over."""
    from orchestration.delivery.deliver import DeliveryBusyError, deliver
    from orchestration.warehouse.locking import WarehouseBusyError

    metadata: dict[str, Any] = {}
    problems: list[str] = []
    try:
        for report in deliver():
            metadata[report.channel] = (
                f"{len(report.sent)} sent, {report.waiting} waiting, {len(report.failed)} failed, "
                f"{len(report.given_up)} given up, {report.history} older than the channel"
            )
            problems += sorted({f"{report.channel}: {row.problem}" for row in report.missing})
    except DeliveryBusyError as error:
        context.log.info(str(error))
    except WarehouseBusyError:
        # Nothing is lost: a later run finds what is due.
        raise
    except UserError as error:
        # A wrong setting of a channel is no reason for a build to fail.
        problems.append(str(error))
    for problem in problems:
        context.log.warning(problem)
    return dg.MaterializeResult(
        metadata=metadata or {"channels": "none is configured"},
        check_results=[
            dg.AssetCheckResult(
                check_name=_ARRIVE,
                passed=not problems,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"problems": dg.MetadataValue.md("\n".join(f"- {x}" for x in problems))},
            )
        ],
    )


deliver = dg.define_asset_job(
    "deliver",
    selection=dg.AssetSelection.assets(DELIVERIES),
    description="Tell people what is new and over; reminders, digests, reports, further attempts.",
    # A retry helps if the warehouse was busy.
    tags={"dagster/max_retries": "2"},
)


def _is_configured(_: dg.ScheduleEvaluationContext) -> bool:
    """Return whether a channel has a variable: else a run would start for nothing."""
    heads = tuple(
        f"TOKENHOUSE_{name}"
        for name in ("SLACK_WEBHOOK_URL", "WEBHOOK_URL", "EMAIL_TO", "ALERTS_FILE")
    )
    return any(name.startswith(heads) for name in os.environ) and settings.home().exists()


regular_delivery = dg.ScheduleDefinition(
    name="regular_delivery",
    job=deliver,
    # What waits for the end of quiet hours or for the next attempt waits a quarter of an hour more.
    cron_schedule="*/15 * * * *",
    execution_timezone="UTC",
    should_execute=_is_configured,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Deliver what became due since the last build, where a channel is configured.",
)
