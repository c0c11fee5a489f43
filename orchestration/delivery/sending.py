"""One message to one channel."""

from orchestration.delivery.channels import Channel, Email, File, Slack, Webhook
from orchestration.delivery.local_file import append_to_file
from orchestration.delivery.mail import mail_message, send_mail
from orchestration.delivery.notices import Delivery, Message, delivery_id, message_id
from orchestration.delivery.slack import send_to_slack
from orchestration.delivery.webhook import send_to_webhook

__all__ = ["send", "test_message"]


def send(channel: Channel, message: Message, now: float, seconds: float) -> str:
    """Send a message.

    Parameters
    ----------
    channel : Channel
        Where to.
    message : Message
        What.
    now : float
        Seconds since 1970.
    seconds : float
        When to give up.

    Returns
    -------
    str
        What a reader of the ledger should know; usually empty.

    Raises
    ------
    DeliveryError
        If it did not arrive.
    """
    deliveries = message.deliveries
    note = ""
    match channel:
        case Slack():
            send_to_slack(channel, deliveries, seconds)
        case Webhook():
            send_to_webhook(channel, message.message_id, deliveries, now, seconds)
        case File():
            is_again = any(delivery.attempts for delivery in deliveries)
            append_to_file(channel.path, deliveries, is_again)
        case Email():
            first = deliveries[0]
            report = _report(first.notice_id) if first.event == "report" else ""
            mail = mail_message(
                channel, message.message_id, deliveries, now, answers=_begin(first), report=report
            )
            note = send_mail(channel, mail, seconds)
    return note


def test_message(channel: str, now: float) -> Message:
    """Return a message that says that a channel works.

    Parameters
    ----------
    channel : str
        The channel.
    now : float
        Seconds since 1970.
    """
    row = Delivery(
        delivery_id(channel, "test", int(now), "new"),
        channel=channel,
        delivery_rule_id="",
        event="new",
        kind="test",
        notice_id="test",
        title="A test of tokenhouse: this channel works",
        created_at=now,
    )
    return Message(message_id([row]), [row])


def _begin(delivery: Delivery) -> str:
    """Return the message that said first what this one goes on from, where it went alone."""
    if delivery.event not in ("reminder", "resolved"):
        return ""
    identity = delivery_id(delivery.channel, delivery.notice_id, delivery.occurrence, "new")
    return message_id([Delivery(identity, delivery.channel, "", "new", "", delivery.notice_id)])


def _report(month: str) -> str:
    """Return the page of a month."""
    from orchestration.serving.page.report import report_of_month
    from orchestration.warehouse.reading import connect_to_read

    with connect_to_read() as reading:
        return report_of_month(reading.client, month)
