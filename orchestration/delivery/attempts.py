"""Attempts to send messages: some at once, each in the journal."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from orchestration.delivery.channels import Channel
from orchestration.delivery.http import DeliveryError
from orchestration.delivery.journal import Journal
from orchestration.delivery.notices import Message
from orchestration.delivery.rules import Limits
from orchestration.delivery.sending import send

__all__ = ["Means", "send_all"]

# Longer than a server may ask to wait, the next run waits.
_LONGEST_WAIT = 10.0


@dataclass(frozen=True)
class Means:
    """What delivering needs of the machine.

    Attributes
    ----------
    clock : callable
        Returns the seconds since 1970.
    sleep : callable
        Waits for seconds.
    send : callable
        As :func:`orchestration.delivery.sending.send`.
    """

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    send: Callable[[Channel, Message, float, float], str] = send


def send_all(
    channel: Channel, messages: list[Message], journal: Journal, limits: Limits, means: Means
) -> str:
    """Send messages until the channel takes none, and return why.

    Parameters
    ----------
    channel : Channel
        Where to.
    messages : list of Message
        What, in order.
    journal : Journal
        Gets a line before and after each attempt.
    limits : Limits
        Attempts and seconds.
    means : Means
        Clock and sender.
    """
    for message in messages:
        error = _send(channel, message, journal, limits, means)
        if error is not None and not error.is_message:
            # The others wait: each would take its time to fail in the same way.
            return str(error)
    return ""


def _send(
    channel: Channel, message: Message, journal: Journal, limits: Limits, means: Means
) -> DeliveryError | None:
    """Send a message, at most a few times at once, and return why it did not arrive."""
    left = limits.attempts - max(row.attempts for row in message.deliveries)
    error: DeliveryError | None = None
    for pause in [0.0, *limits.pauses_seconds][: max(left, 1)]:
        means.sleep(max(pause, min(error.wait_seconds, _LONGEST_WAIT) if error else 0.0))
        journal.begin(message)
        try:
            note = _sent(channel, message, limits, means)
        except DeliveryError as caught:
            error = caught
            journal.end(message, str(caught), is_sent=False, at=means.clock())
            rows = [replace(row, attempts=row.attempts + 1) for row in message.deliveries]
            message = Message(message.message_id, rows)
            if caught.is_message:
                break
        else:
            journal.end(message, note, is_sent=True, at=means.clock())
            return None
    return error


def _sent(channel: Channel, message: Message, limits: Limits, means: Means) -> str:
    """Send a message; an error that nobody foresaw is one of it alone, and is not quoted."""
    try:
        return means.send(channel, message, means.clock(), limits.timeout_seconds)
    except DeliveryError:
        raise
    except Exception as error:
        # Its text may hold an address, and that a secret.
        reason = f"it could not be sent ({type(error).__name__})"
        raise DeliveryError(reason, is_message=True) from None
