"""Messages and channels of the tests."""

from delivery.story import at
from orchestration.delivery.channels import configured
from orchestration.delivery.notices import Delivery, Message, message_id

__all__ = ["HOSTILE", "NOW", "SECONDS", "channel", "message"]

NOW = at("2026-03-02 12:00")
SECONDS = 1.0
# Names out of logs: markup, mentions, links, headers, control characters, text that turns around.
HOSTILE = (
    "<!channel> <@U1> *bold* `x` <http://evil|click> @all & <script>alert(1)</script>\r\n"
    "Bcc: victim@example.com\r\n\r\n\u202egnp\x1b[31m\x00 \ud800 🦊"
)


def message(title="Outlier", **values):
    row = Delivery(
        values.pop("identity", "a" * 32),
        channel="slack",
        delivery_rule_id="rule",
        event="new",
        kind="alert",
        notice_id="alert-1",
        title=title,
        severity="critical",
        scope_id=values.pop("scope_id", "workflow:x"),
        created_at=NOW,
        **values,
    )
    return Message(message_id([row]), [row])


def channel(name, **variables):
    (found,) = configured(
        [name], {f"TOKENHOUSE_{key}": str(value) for key, value in variables.items()}
    )
    return found
