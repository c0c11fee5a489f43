"""Messages for Slack's incoming webhooks, and for what takes the same."""

import json
from typing import Any

from orchestration.delivery.channels import Slack
from orchestration.delivery.http import post
from orchestration.delivery.notices import Delivery, clean, headline

__all__ = ["send_to_slack", "slack_message"]

# Slack refuses more blocks, and longer texts of a block.
_MOST_BLOCKS = 50
_LONGEST_TEXT = 3000
_LONGEST_HEADER = 150
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}


def send_to_slack(channel: Slack, deliveries: list[Delivery], seconds: float) -> None:
    """Send a message.

    Parameters
    ----------
    channel : Slack
        Where to.
    deliveries : list of Delivery
        What.
    seconds : float
        When to give up.
    """
    body = json.dumps(slack_message(deliveries), ensure_ascii=False).encode()
    post(channel.url, body, {"Content-Type": "application/json; charset=utf-8"}, seconds)


def slack_message(deliveries: list[Delivery]) -> dict[str, Any]:
    """Return the message: plain text, in which a name is no markup, link or mention.

    Parameters
    ----------
    deliveries : list of Delivery
        What it says.
    """
    first = f"{deliveries[0].severity}: {headline(deliveries[0])}"
    title = first if len(deliveries) == 1 else f"{len(deliveries)} things: {first}"
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(title, _LONGEST_HEADER)},
        *(_section(delivery) for delivery in deliveries[: _MOST_BLOCKS - 2]),
    ]
    left = len(deliveries) - (_MOST_BLOCKS - 2)
    if left > 0:
        more = _plain(f"and {left} more: see mart_alert_deliveries", _LONGEST_TEXT)
        blocks.append({"type": "section", "text": more})
    # What shows no blocks shows this, and reads markup in it.
    fallback = "".join(_ESCAPED.get(letter, letter) for letter in clean(title))
    return {
        "text": fallback,
        "mrkdwn": False,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _section(delivery: Delivery) -> dict[str, Any]:
    lines = [f"{delivery.severity}: {headline(delivery)}", clean(delivery.description)]
    if delivery.event in ("new", "reminder"):
        lines.append(clean(delivery.recommendation))
    lines.append(clean(delivery.scope_id, 200))
    text = "\n".join(line for line in lines if line)
    return {"type": "section", "text": _plain(text, _LONGEST_TEXT)}


def _plain(text: str, longest: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": text[:longest], "emoji": False}
