"""When a rule of the seed ``delivery_rules`` lets something be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestration.errors import BadInputError

__all__ = ["SECONDS_PER_DAY", "Limits", "Rule", "soonest"]

SECONDS_PER_DAY = 86400
_DIGESTS = ("", "daily", "weekly")


@dataclass(frozen=True)
class Limits:
    """The var ``delivery``.

    Attributes
    ----------
    timeout_seconds : float
        When an attempt is given up.
    pauses_seconds : list of float
        Pauses before further attempts at once.
    attempts : int
        Attempts after which a delivery is given up.
    first_retry_seconds, retry_factor, longest_retry_seconds : float
        When it is tried again later: the first pause, its growth, its limit.
    max_age_days : float
        What is older when it is first seen is history.
    burst : int
        More than so many things at once are one message.
    """

    timeout_seconds: float
    pauses_seconds: list[float]
    attempts: int
    first_retry_seconds: float
    retry_factor: float
    longest_retry_seconds: float
    max_age_days: float
    burst: int

    def retry_seconds(self, attempts: int) -> float:
        """Return the pause after so many attempts."""
        pause = self.first_retry_seconds * self.retry_factor ** min(attempts - 1, 50)
        return min(pause, self.longest_retry_seconds)


@dataclass(frozen=True)
class Rule:
    """A rule, with the columns of the seed that say how, and not what, it sends."""

    rule_id: str
    channel: str
    what: str
    quiet_hours: str
    timezone: str
    digest: str
    digest_hour: int
    reminder_hours: int
    tells_resolved: bool

    def local(self, now: float) -> datetime:
        """Return a moment on the rule's clock.

        Parameters
        ----------
        now : float
            Seconds since 1970.

        Raises
        ------
        BadInputError
            If there is no such time zone.
        """
        try:
            return datetime.fromtimestamp(now, ZoneInfo(self.timezone or "UTC"))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadInputError(
                f"The delivery rule {self.rule_id} is in the time zone {self.timezone!r}, which is "
                "not known: name one such as Europe/Madrid."
            ) from error

    def is_quiet(self, now: float) -> bool:
        """Return whether nothing is sent at a moment."""
        if not self.quiet_hours:
            return False
        first, last = (int(hour) for hour in self.quiet_hours.split("-"))
        hour = self.local(now).hour
        return first <= hour < last if first <= last else hour >= first or hour < last

    def is_time(self, created_at: float, now: float) -> bool:
        """Return whether the hour for what was due at a moment has come: of a digest, its own."""
        if self.is_quiet(now):
            return False
        return not self.digest or self.last_digest(now).timestamp() > created_at

    def last_digest(self, now: float) -> datetime:
        """Return when the last digest was due."""
        local = self.local(now)
        slot = local.replace(hour=self.digest_hour, minute=0, second=0, microsecond=0)
        if slot > local:
            slot -= timedelta(days=1)
        if self.digest == "weekly":
            slot -= timedelta(days=slot.weekday())
        return slot

    def last_month(self, now: float) -> tuple[str, float] | None:
        """Return the month whose report is due, such as 2026-10, and when the month ended.

        None in the first hours of a month, before the rule's hour.
        """
        local = self.local(now)
        first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if local < first.replace(hour=self.digest_hour):
            return None
        return f"{first - timedelta(days=1):%Y-%m}", first.astimezone(UTC).timestamp()


def soonest(rules: Iterable[Rule]) -> Rule | None:
    """Return the rule that tells soonest of those that send the same to the same channel."""
    return min(
        rules,
        key=lambda rule: (_DIGESTS.index(rule.digest), bool(rule.quiet_hours), rule.rule_id),
        default=None,
    )
