"""What is sent, and the text of it: cleaned of what logs may have put into names."""

import hashlib
import unicodedata
from dataclasses import dataclass

__all__ = ["Delivery", "Message", "Notice", "clean", "delivery_id", "headline", "message_id"]

# Longest text of a part of a message; what is longer is in the warehouse.
_LONGEST = 1000
_WORDS = {"new": "", "reminder": "Still: ", "resolved": "Over: ", "report": ""}


@dataclass(frozen=True)
class Delivery:
    """A notice to a channel: a row of the ledger ``raw.deliveries``, whose columns these are.

    Attributes
    ----------
    state : str
        ``pending``, ``sent``, ``failed``, ``given_up`` or ``history``.
    created_at, next_attempt_at, finished_at : float
        Seconds since 1970, UTC; 0 for never.
    """

    delivery_id: str
    channel: str
    delivery_rule_id: str
    event: str
    kind: str
    notice_id: str
    occurrence: int = 1
    severity: str = "info"
    scope_id: str = ""
    title: str = ""
    description: str = ""
    recommendation: str = ""
    message_id: str = ""
    state: str = "pending"
    attempts: int = 0
    problem: str = ""
    created_at: float = 0.0
    next_attempt_at: float = 0.0
    finished_at: float = 0.0
    change_number: int = 0


@dataclass(frozen=True)
class Notice:
    """A row of ``v_notices``."""

    notice_id: str
    kind: str
    severity: str
    scope_id: str
    title: str
    description: str
    recommendation: str
    delivery_rule_ids: list[str]
    is_open: bool
    seen_at: float


@dataclass(frozen=True)
class Message:
    """Deliveries that go to a channel together."""

    message_id: str
    deliveries: list[Delivery]


def delivery_id(channel: str, notice_id: str, occurrence: int, event: str, place: int = 0) -> str:
    """Return the identity of a delivery: the same for the same parts, whoever computes it.

    Parameters
    ----------
    channel, notice_id, occurrence, event
        What is delivered where.
    place : int, optional
        Which of several, of reminders.
    """
    # The lengths keep parts apart that could be cut in two ways.
    parts = [channel, notice_id, str(occurrence), event, str(place)]
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def message_id(deliveries: list[Delivery]) -> str:
    """Return the identity of a message that brings these."""
    ids = sorted(delivery.delivery_id for delivery in deliveries)
    return f"msg_{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:32]}"


def clean(text: str, longest: int = _LONGEST) -> str:
    """Return a text in one line, without characters that steer a terminal or turn writing around.

    Parameters
    ----------
    text : str
        Text with names out of logs.
    longest : int
        Characters that are kept.
    """
    shown = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") else letter
        for letter in text
    )
    line = " ".join(shown.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def headline(delivery: Delivery) -> str:
    """Return what a delivery says, in a line."""
    return clean(f"{_WORDS.get(delivery.event, '')}{delivery.title}", 300)
