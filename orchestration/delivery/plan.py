"""What is to be sent to a channel: a function of the notices, the ledger and the time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from orchestration.delivery.notices import Delivery, Message, Notice, delivery_id, message_id
from orchestration.delivery.rules import SECONDS_PER_DAY, Limits, Rule, soonest

__all__ = ["due_messages", "new_deliveries"]

_WAITING = ("pending", "failed")
_SECONDS_PER_HOUR = 3600


def new_deliveries(
    channel: str,
    rules: Mapping[str, Rule],
    notices: Iterable[Notice],
    ledger: Iterable[Delivery],
    *,
    limits: Limits,
    now: float,
) -> list[Delivery]:
    """Return the deliveries to a channel that the ledger does not have yet.

    Parameters
    ----------
    channel : str
        The channel.
    rules : mapping
        Rules by id.
    notices : iterable of Notice
        What could be sent.
    ledger : iterable of Delivery
        The channel's rows.
    limits : Limits
        Ages.
    now : float
        Seconds since 1970.

    Returns
    -------
    list of Delivery
        Rows to write. With the first of a channel comes a row that says when it was seen first:
        what is older than that is history.
    """
    known_rows: dict[str, list[Delivery]] = defaultdict(list)
    since = None
    for row in ledger:
        if row.event == "channel":
            since = row.created_at
        else:
            known_rows[row.notice_id].append(row)
    added = []
    if since is None:
        since = now
        identity = delivery_id(channel, "", 1, "channel")
        added.append(
            Delivery(
                identity, channel, "", "channel", "channel", "", state="history", created_at=now
            )
        )
    oldest = max(since, now - limits.max_age_days * SECONDS_PER_DAY)
    known = {notice.notice_id: notice for notice in notices}
    for notice in known.values():
        mine = (rules[name] for name in notice.delivery_rule_ids if name in rules)
        rule = soonest(rule for rule in mine if rule.channel == channel)
        if rule is not None:
            added += _of_notice(notice, rule, known_rows[notice.notice_id], oldest, now)
    for notice_id, rows in known_rows.items():
        added += _of_end(known.get(notice_id), rows, rules, now)
    for rule in rules.values():
        if rule.channel == channel and rule.what == "report":
            added += _of_report(rule, known_rows, oldest, now)
    return added


def due_messages(
    ledger: Iterable[Delivery], rules: Mapping[str, Rule], limits: Limits, now: float
) -> list[Message]:
    """Return what is to be sent now, in order.

    Parameters
    ----------
    ledger : iterable of Delivery
        A channel's rows.
    rules : mapping
        Rules by id; what a rule that is gone would have sent waits for it.
    limits : Limits
        From how many on they are one message.
    now : float
        Seconds since 1970.
    """
    again: dict[str, list[Delivery]] = defaultdict(list)
    digests: dict[str, list[Delivery]] = defaultdict(list)
    single = []
    for row in sorted(ledger, key=lambda row: (row.created_at, row.delivery_id)):
        rule = rules.get(row.delivery_rule_id)
        if row.state not in _WAITING or rule is None or row.next_attempt_at > now:
            continue
        if row.event != "report" and not rule.is_time(row.created_at, now):
            continue
        if row.message_id:
            again[row.message_id].append(row)
        elif rule.digest and row.event != "report":
            digests[rule.rule_id].append(row)
        else:
            single.append(row)
    reports = [[row] for row in single if row.event == "report"]
    single = [row for row in single if row.event != "report"]
    groups = [single] if len(single) > limits.burst else [[row] for row in single]
    return [
        *(Message(name, rows) for name, rows in again.items()),
        *(Message(message_id(rows), rows) for rows in [*groups, *digests.values(), *reports]),
    ]


def _of_notice(
    notice: Notice, rule: Rule, rows: list[Delivery], oldest: float, now: float
) -> list[Delivery]:
    """Return what is to be sent of a notice that a rule sends."""
    occurrence = max((row.occurrence for row in rows), default=0)
    latest = [row for row in rows if row.occurrence == occurrence]
    is_over = any(row.event == "resolved" for row in latest)
    if not rows or (is_over and notice.is_open):
        new = _row(notice, rule, "new", occurrence + 1, now=now)
        if notice.seen_at < oldest:
            new = replace(new, state="history")
        if notice.is_open:
            return [new]
        # It began and ended since the last time: one message says both.
        over = f"It is over by now. {notice.description}".strip()
        end = replace(_row(notice, rule, "resolved", occurrence + 1, now=now), state="history")
        return [replace(new, description=over), end]
    if not rule.reminder_hours or is_over or not notice.is_open:
        return []
    sent = [row for row in latest if row.state == "sent"]
    is_waiting = any(row.state in _WAITING for row in latest)
    pause = rule.reminder_hours * _SECONDS_PER_HOUR
    if not sent or is_waiting or max(row.finished_at for row in sent) + pause > now:
        return []
    place = sum(row.event == "reminder" for row in latest) + 1
    return [_row(notice, rule, "reminder", occurrence, now=now, place=place)]


def _of_end(
    notice: Notice | None, rows: list[Delivery], rules: Mapping[str, Rule], now: float
) -> list[Delivery]:
    """Return that something is over, if it is and somebody knows that it began."""
    if not rows or rows[0].kind == "report" or (notice is not None and notice.is_open):
        return []
    occurrence = max(row.occurrence for row in rows)
    latest = [row for row in rows if row.occurrence == occurrence]
    if any(row.event == "resolved" for row in latest):
        return []
    begin = next(row for row in latest if row.event == "new")
    rule = rules.get(begin.delivery_rule_id)
    # A data issue that needs nobody any more is not thereby gone.
    was_sent = begin.state in ("pending", "failed", "sent") and begin.kind != "data_issue"
    return [
        replace(
            begin,
            delivery_id=delivery_id(begin.channel, begin.notice_id, occurrence, "resolved"),
            event="resolved",
            state="pending" if was_sent and rule and rule.tells_resolved else "history",
            message_id="",
            attempts=0,
            problem="",
            created_at=now,
            next_attempt_at=now,
            finished_at=0.0,
        )
    ]


def _of_report(
    rule: Rule, known_rows: Mapping[str, list[Delivery]], oldest: float, now: float
) -> list[Delivery]:
    """Return the report of the last month, where its hour has come."""
    month = rule.last_month(now)
    if month is None or known_rows.get(month[0]):
        return []
    notice = Notice(
        month[0], "report", "info", "total", f"Report of {month[0]}", "", "", [], True, month[1]
    )
    row = _row(notice, rule, "report", 1, now=now)
    return [row if month[1] >= oldest else replace(row, state="history")]


def _row(
    notice: Notice, rule: Rule, event: str, occurrence: int, *, now: float, place: int = 0
) -> Delivery:
    return Delivery(
        delivery_id(rule.channel, notice.notice_id, occurrence, event, place),
        channel=rule.channel,
        delivery_rule_id=rule.rule_id,
        event=event,
        kind=notice.kind,
        notice_id=notice.notice_id,
        occurrence=occurrence,
        severity=notice.severity,
        scope_id=notice.scope_id,
        title=notice.title,
        description=notice.description,
        recommendation=notice.recommendation,
        created_at=now,
        next_attempt_at=now,
    )
