"""Tell channels what is new, what still holds and what is over."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from orchestration import settings
from orchestration.delivery.attempts import Means, send_all
from orchestration.delivery.channels import Channel, configured
from orchestration.delivery.journal import Journal
from orchestration.delivery.ledger import (
    project_limits,
    read_deliveries,
    read_notices,
    read_rules,
    write_deliveries,
)
from orchestration.delivery.notices import Delivery, Message
from orchestration.delivery.plan import due_messages, new_deliveries
from orchestration.delivery.rules import SECONDS_PER_DAY, Limits, Rule
from orchestration.errors import UserError
from orchestration.warehouse.client import connect
from orchestration.warehouse.locking import WarehouseBusyError, acquire, lock_timeout
from orchestration.warehouse.raw_tables import ensure_raw_tables
from orchestration.warehouse.reading import connect_to_read

__all__ = [
    "ChannelReport",
    "DeliveryBusyError",
    "Means",
    "configured_channels",
    "deliver",
    "preview",
]


class DeliveryBusyError(UserError):
    """Another process delivers."""

    # EX_TEMPFAIL of sysexits.h: the same command may succeed later.
    exit_code = 75


@dataclass
class ChannelReport:
    """What became of a channel's messages.

    Attributes
    ----------
    channel : str
        The channel.
    history : int
        Notices that are older than the channel, and stay untold.
    sent, failed, given_up : list of Delivery
        Deliveries of this run.
    waiting : int
        Deliveries that wait: for the end of quiet hours, a digest, or the next attempt.
    missing : list of Delivery
        All that failed and did not arrive yet, or was given up within the last days.
    problem : str
        Why the channel takes nothing now; empty if it does.
    """

    channel: str
    history: int = 0
    sent: list[Delivery] = field(default_factory=list)
    failed: list[Delivery] = field(default_factory=list)
    given_up: list[Delivery] = field(default_factory=list)
    waiting: int = 0
    missing: list[Delivery] = field(default_factory=list)
    problem: str = ""


def deliver(
    names: Collection[str] = (),
    *,
    means: Means | None = None,
) -> list[ChannelReport]:
    """Deliver what is due to the channels that are configured.

    One process of a home at a time delivers. The warehouse is open only before and after.

    Parameters
    ----------
    names : collection of str, optional
        Only these channels.
    means : Means, optional
        Clock and sender; by default those of this machine.

    Returns
    -------
    list of ChannelReport
        One per channel that is configured; none where nothing is.

    Raises
    ------
    UserError
        If a setting is wrong, nothing was built yet, or another process delivers.
    """
    limits, means = project_limits(), means or Means()
    with _only_one():
        with connect() as client:
            ensure_raw_tables(client)
            rules = read_rules(client)
            channels = _chosen(rules, names)
            if not channels:
                return []
            ledger, journal = read_deliveries(client), Journal()
            _settle(client, ledger, journal, limits, means.clock())
            notices, added = read_notices(client), []
            for channel in channels:
                rows = [row for row in ledger.values() if row.channel == channel.name]
                added += new_deliveries(
                    channel.name, rules, notices, rows, limits=limits, now=means.clock()
                )
            write_deliveries(client, added, ledger)
            before = dict(ledger)
        reports = {channel.name: ChannelReport(channel.name) for channel in channels}
        for channel in channels:
            rows = [row for row in ledger.values() if row.channel == channel.name]
            messages = due_messages(rows, rules, limits, means.clock())
            reports[channel.name].problem = send_all(channel, messages, journal, limits, means)
        with connect() as client:
            _settle(client, ledger, journal, limits, means.clock())
    oldest = means.clock() - limits.max_age_days * SECONDS_PER_DAY
    for identity, row in ledger.items():
        if row.channel in reports:
            _count(reports[row.channel], row, before[identity])
            if row.state == "failed" or (row.state == "given_up" and row.finished_at >= oldest):
                reports[row.channel].missing.append(row)
    return list(reports.values())


def preview(
    names: Collection[str] = (), *, clock: Callable[[], float] = time.time
) -> dict[str, list[Message]]:
    """Return what :func:`deliver` would send now, by channel; nothing is written.

    Parameters
    ----------
    names, clock
        Channels, and the seconds since 1970.
    """
    limits, now = project_limits(), clock()
    with connect_to_read() as reading:
        rules = read_rules(reading.client)
        channels = _chosen(rules, names)
        if not channels:
            return {}
        ledger = read_deliveries(reading.client)
        ledger |= {row.delivery_id: row for row in Journal().results(ledger, limits, now)}
        notices = read_notices(reading.client)
    found = {}
    for channel in channels:
        rows = [row for row in ledger.values() if row.channel == channel.name]
        rows += new_deliveries(channel.name, rules, notices, rows, limits=limits, now=now)
        found[channel.name] = due_messages(rows, rules, limits, now)
    return found


def configured_channels(names: Collection[str] = ()) -> list[Channel]:
    """Return the channels that rules name and the environment configures.

    Parameters
    ----------
    names : collection of str, optional
        Only these.
    """
    with connect_to_read() as reading:
        return _chosen(read_rules(reading.client), names)


def _chosen(rules: Mapping[str, Rule], names: Collection[str]) -> list[Channel]:
    channels = configured(rule.channel for rule in rules.values())
    return [channel for channel in channels if not names or channel.name in names]


def _settle(
    client: Any, ledger: dict[str, Delivery], journal: Journal, limits: Limits, now: float
) -> None:
    """Write what the journal says to the ledger."""
    write_deliveries(client, journal.results(ledger, limits, now), ledger)
    journal.remove()


def _count(report: ChannelReport, row: Delivery, was: Delivery) -> None:
    """Count a delivery of the channel."""
    if row.event == "channel":
        return
    has_changed = row.change_number != was.change_number
    if row.state == "history":
        report.history += 1
    elif has_changed and row.state in ("sent", "failed", "given_up"):
        getattr(report, row.state).append(row)
    elif row.state in ("pending", "failed"):
        report.waiting += 1


@contextmanager
def _only_one() -> Iterator[None]:
    """Let one process of the home deliver at a time."""
    try:
        lease = acquire(settings.home() / "delivery", time.monotonic() + lock_timeout())
    except WarehouseBusyError as error:
        raise DeliveryBusyError(
            f"Another process delivers alerts of {settings.home()}: what is due is delivered once, "
            "by whoever comes first, so there is nothing to do."
        ) from error
    try:
        yield
    finally:
        lease.release()
