"""A warehouse that has only what delivering reads: rules, notices and the ledger."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from orchestration.delivery.deliver import Means, deliver
from orchestration.delivery.sending import send
from orchestration.warehouse.client import connect

__all__ = ["SECRET", "Story", "at", "lines_of"]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjcdr5uv6H0kQqE="
_RULE = {
    "rule_id": "rule",
    "channel": "file",
    "what": "alert",
    "quiet_hours": "",
    "timezone": "UTC",
    "digest": "",
    "digest_hour": 8,
    "reminder_hours": 0,
    "tells_resolved": True,
    "is_enabled": True,
}
_NOTICE = {
    "notice_id": "alert-1",
    "kind": "alert",
    "severity": "critical",
    "scope_id": "workflow:refunds",
    "title": "Outlier: cost 4 times the usual",
    "description": "",
    "recommendation": "Look at it",
    "delivery_rule_ids": ["rule"],
    "is_open": True,
    "seen_at": "2026-03-02 10:00:00.000",
}
_RULES = """
    rule_id String, channel String, what String, quiet_hours String, timezone String, digest String,
    digest_hour UInt8, reminder_hours UInt16, tells_resolved Bool, is_enabled Bool
"""
_NOTICES = """
    notice_id String, kind String, severity String, scope_id String, title String,
    description String, recommendation String, delivery_rule_ids Array(String), is_open Bool,
    seen_at DateTime64(3, 'UTC')
"""


def at(text: str) -> float:
    """Return a moment of the test's calendar in seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@dataclass
class Story:
    """What happens to a warehouse, and what is sent of it."""

    folder: Any
    environment: Any
    now: float = field(default_factory=lambda: at("2026-03-01 12:00"))
    pauses: list = field(default_factory=list)

    def rules(self, *rules: dict[str, Any]) -> None:
        """Replace the rules."""
        self._replace("reference", "delivery_rules", _RULES, [_RULE | rule for rule in rules])

    def notices(self, *notices: dict[str, Any]) -> None:
        """Replace what could be sent."""
        self._replace("marts", "v_notices", _NOTICES, [_NOTICE | notice for notice in notices])

    def configure(self, **variables: str) -> None:
        """Set variables."""
        for name, value in variables.items():
            self.environment.setenv(f"TOKENHOUSE_{name}", str(value))

    def deliver(self, send=send, **options):
        """Deliver at the moment of the story."""
        means = Means(clock=lambda: self.now, sleep=self.pauses.append, send=send)
        return {report.channel: report for report in deliver(means=means, **options)}

    def ledger(self, columns="event, state, attempts") -> list:
        """Return the rows of the ledger that hold, in order; without those of channels."""
        with connect() as client:
            return client.query(
                f"select {columns} from raw.deliveries final where event != 'channel' "
                "order by created_at, occurrence, event, notice_id"
            ).result_rows

    def everything(self) -> str:
        """Return all that is stored, as text."""
        with connect() as client:
            return str(client.query("select * from raw.deliveries").result_rows)

    def _replace(self, database: str, table: str, columns: str, rows: list) -> None:
        with connect() as client:
            client.command(f"create database if not exists {database}")
            client.command(
                f"create or replace table {database}.{table} ({columns}) "
                "engine MergeTree order by ()"
            )
            if rows:
                block = "\n".join(json.dumps(row) for row in rows).encode()
                client.raw_insert(f"{database}.{table}", insert_block=block, fmt="JSONEachRow")


def lines_of(path):
    """Return the records of a file."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
