"""The gateway (LiteLLM): it logs what applications call through it, and what scripts call."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.demo.company.gateway_rows import Request, daily_rows, spend_row
from orchestration.demo.company.people import EMPLOYEES, KEYS
from orchestration.demo.company.prices import Tokens
from orchestration.demo.company.writing import File, Setting, json_lines, new_uuid, office_ms

__all__ = ["Gateway"]

_UNLOGGED = 3
_TAGS = ("campaign:summer", "campaign:winter", "draft", "translation")


class Gateway:
    """The requests of all applications, and the log that is written of them."""

    def __init__(self, setting: Setting):
        self._setting = setting
        self._requests: list[Request] = []

    def log(self, request: Request) -> Decimal:
        """Log a request, and return its cost."""
        self._requests.append(request)
        return request.cost_usd

    def files(self, folder: Path, sources: Collection[str]) -> list[File]:
        """Return the spend logs and the daily totals of teams.

        Parameters
        ----------
        folder : Path
            Where to.
        sources : collection of str
            The sources whose logs are written: a call that one of them has too counts there.

        Returns
        -------
        list of File
            The files.
        """
        self._run_scripts()
        requests = sorted(self._requests, key=lambda one: (one.started_ms, one.request_id))
        hidden = self._hide(requests)
        logged = [request for request in requests if request.request_id not in hidden]
        self._count(logged, sources)
        return [
            json_lines(folder / "spend_logs.jsonl.gz", map(spend_row, logged)),
            json_lines(folder / "daily_team_spend.jsonl", daily_rows(requests)),
        ]

    def _run_scripts(self) -> None:
        """Add the requests of the growth team's scripts, which nobody else logs."""
        setting, dice = self._setting, self._setting.dice("growth")
        people = [person.user_id for person in EMPLOYEES if person.team == "growth"]
        for day in range(setting.window.days):
            if (setting.window.first_day.toordinal() + day + 6) % 7 >= 5:
                continue
            session, user = new_uuid(dice), dice.choice(people)
            start = setting.window.day_start_ms(day) + office_ms(dice)
            for nth in range(setting.count(dice.randint(3, 6), 1)):
                self.log(_script_request(dice, session, user, start + nth * 45_000))

    def _hide(self, requests: list[Request]) -> set[str]:
        """Choose requests that the daily totals have, but the log has not."""
        setting = self._setting
        day = setting.day(0.8)
        start, end = setting.span_of(day)
        alone = [r for r in requests if not r.origin and start <= r.started_ms < end]
        hidden = alone[-_UNLOGGED:]
        detail = "requests that LiteLLM's daily totals have and its spend logs do not"
        for metric, unit, value in (
            ("request_count", "count", len(hidden)),
            ("cost_usd", "usd", sum((one.cost_usd for one in hidden), Decimal(0))),
        ):
            setting.truth.add(
                "discrepancy",
                f"unlogged_requests/{metric}",
                "litellm",
                ("team", KEYS["growth-scripts"].team_id),
                (metric, unit),
                logged=value,
                span=(start, end),
                signal="gateway_difference",
                detail=detail,
            )
        return {request.request_id for request in hidden}

    def _count(self, logged: list[Request], sources: Collection[str]) -> None:
        """Count what is the gateway's own, and by source what another log has too."""
        truth = self._setting.truth
        shared: dict[str, list[Decimal]] = defaultdict(list)
        for request in logged:
            # A request that failed has no answer by which the two logs could know each other.
            if request.origin in sources and not request.error:
                shared[request.origin].append(request.cost_usd)
                continue
            tokens = Tokens() if request.error else request.tokens
            truth.of("litellm").add(
                request.session_id, tokens.input, tokens.output, request.cost_usd
            )
        for origin, costs in sorted(shared.items()):
            for metric, unit, value in (
                ("call_count", "count", len(costs)),
                ("cost_usd", "usd", sum(costs, Decimal(0))),
            ):
                truth.add(
                    "duplicate",
                    f"litellm/{origin}/{metric}",
                    "litellm",
                    ("kept_source", origin),
                    (metric, unit),
                    logged=value,
                    detail=f"the gateway logs calls that {origin} logs too: they count there, once",
                )


def _script_request(dice: Any, session: str, user: str, moment: int) -> Request:
    fresh = dice.randint(300, 4000)
    cached = 1024 if dice.random() < 0.3 else 0
    return Request(
        request_id=f"chatcmpl-{new_uuid(dice)}",
        origin="",
        started_ms=moment,
        duration_ms=dice.randint(900, 9000),
        model=dice.choice(("gpt-4o", "gpt-4.1", "gpt-4o-mini")),
        tokens=Tokens(fresh, cached, output=dice.randint(80, 900)),
        key=KEYS["growth-scripts"],
        session_id=session,
        user_id=user,
        tags=tuple(dice.sample(_TAGS, dice.randint(0, 3))),
    )
