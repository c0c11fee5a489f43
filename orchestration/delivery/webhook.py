"""Signed webhooks, as Standard Webhooks 1.0 defines them: https://www.standardwebhooks.com.

The signature covers the message's id, the time and the body, so that a receiver can refuse what is
old, and what it had before: a message that is sent again has the same id, and a new time.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from orchestration.delivery.channels import Webhook
from orchestration.delivery.http import post
from orchestration.delivery.notices import Delivery, clean

__all__ = ["record", "send_to_webhook", "signature"]


def send_to_webhook(
    channel: Webhook, message: str, deliveries: list[Delivery], now: float, seconds: float
) -> None:
    """Send a message.

    Parameters
    ----------
    channel : Webhook
        Where to, and the keys.
    message : str
        Its identity, the same at every attempt.
    deliveries : list of Delivery
        What.
    now : float
        Seconds since 1970.
    seconds : float
        When to give up.
    """
    payload = {
        "type": "tokenhouse.notices",
        "timestamp": _iso(now),
        "data": {"notices": [record(delivery) for delivery in deliveries]},
    }
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "tokenhouse",
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": signature(channel.keys, message, int(now), body),
    }
    post(channel.url, body, headers, seconds)


def signature(keys: tuple[bytes, ...], message: str, timestamp: int, body: bytes) -> str:
    """Return the header ``webhook-signature``: one per key, so that keys can be replaced.

    Parameters
    ----------
    keys : tuple of bytes
        Keys.
    message : str
        The header ``webhook-id``.
    timestamp : int
        The header ``webhook-timestamp``.
    body : bytes
        The body, byte by byte.
    """
    signed = f"{message}.{timestamp}.".encode() + body
    digests = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def record(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as programs read it, in webhooks and files.

    Parameters
    ----------
    delivery : Delivery
        What is sent.
    """
    return {
        "delivery_id": delivery.delivery_id,
        "event": delivery.event,
        "kind": delivery.kind,
        "notice_id": delivery.notice_id,
        "occurrence": delivery.occurrence,
        "severity": delivery.severity,
        "scope_id": clean(delivery.scope_id),
        "title": clean(delivery.title),
        "description": clean(delivery.description),
        "recommendation": clean(delivery.recommendation),
        "delivery_rule_id": delivery.delivery_rule_id,
        "created_at": _iso(delivery.created_at),
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
