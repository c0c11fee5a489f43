"""Developers' sessions with Claude Code: ordinary ones, and some that waste money."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from orchestration.demo.company.prices import list_price
from orchestration.demo.company.transcript import Transcript
from orchestration.demo.company.writing import HOUR_MS, File, Setting

__all__ = ["write_claude_code"]

_PROJECTS = ("claims-api", "website")
_ORDINARY = 10
_COPIED_CALLS = 4
_OVERSIZED_CHARS = 120_000
_RETRIES = 5
_HAIKU = "claude-haiku-4-5-20251001"


def write_claude_code(setting: Setting, folder: Path) -> list[File]:
    """Write the transcripts of the last weeks.

    Parameters
    ----------
    setting : Setting
        What all sources start from.
    folder : Path
        Where projects lie.

    Returns
    -------
    list of File
        The files.
    """
    sessions = _Sessions(setting, folder)
    for nth in range(setting.count(_ORDINARY, 2)):
        sessions.ordinary(nth)
    wasteful: tuple[Callable[[], None], ...] = (
        sessions.oversized_result,
        sessions.retry_loop,
        sessions.empty_sub_agent,
        sessions.unread_cache_write,
        sessions.abandoned,
        sessions.resumed,
    )
    for write in wasteful:
        write()
    return [file for session in sessions.written for file in session.files()]


class _Sessions:
    """The sessions of all developers."""

    def __init__(self, setting: Setting, folder: Path):
        self._setting = setting
        self._folder = folder
        self._dice = setting.dice("claude_code")
        self.written: list[Transcript] = []

    def _open(self, days_ago: int, hour: float, project: int = 0) -> Transcript:
        window = self._setting.window
        start = window.day_start_ms(max(0, window.days - days_ago)) + round(hour * HOUR_MS)
        session = Transcript(self._dice, self._folder, _PROJECTS[project], start)
        self.written.append(session)
        session.prompt("Please fix the failing test")
        return session

    def _work(self, session: Transcript, calls: int) -> None:
        dice = self._dice
        for _ in range(calls):
            session.call(
                dice.randint(300, 2500),
                dice.randint(80, 900),
                dice.choice(("Read", "Edit", "Bash")),
                tool_input="y" * dice.randint(20, 400),
            )
            session.result(dice.randint(100, 6000))

    def _close(self, session: Transcript) -> None:
        session.call(self._dice.randint(100, 400), self._dice.randint(60, 300))
        self._count(session)

    def _count(self, session: Transcript) -> None:
        for run, tokens, cost in session.calls:
            self._setting.truth.of("claude_code").add(run, tokens.input, tokens.output, cost)

    def _saving(
        self, kind: str, run: str, session: Transcript, value: Decimal, *, detail: str
    ) -> None:
        self._setting.truth.add(
            "saving",
            f"{kind}/{run}",
            "claude_code",
            ("run", run),
            ("cost_usd", "usd"),
            logged=value,
            span=(session.moment - HOUR_MS, session.moment + 1),
            signal=kind,
            detail=detail,
        )

    def ordinary(self, nth: int) -> None:
        """Write a session without anything to notice."""
        session = self._open(2 + nth, 8 + (nth * 1.7) % 8, nth % 2)
        self._work(session, self._dice.randint(5, 14))
        self._close(session)

    def oversized_result(self) -> None:
        """Read a huge file, and carry it through the rest of the session."""
        session = self._open(5, 13.2)
        self._work(session, 2)
        session.call(300, 120, "Read", tool_input="dump.sql")
        session.result(_OVERSIZED_CHARS)
        session.call(_OVERSIZED_CHARS // 4, 200, "Edit", tool_input="z" * 80)
        session.result(200)
        first = len(session.calls)
        self._work(session, 6)
        self._close(session)
        later = len(session.calls) - first
        price = list_price(session.model)["cache_read"]
        value = Decimal(_OVERSIZED_CHARS) / 4 * later * price / 1_000_000
        detail = "a tool's result of 120,000 characters was read again by every later call"
        self._saving("oversized_tool_result", session.id, session, value, detail=detail)

    def retry_loop(self) -> None:
        """Give a command again and again that fails each time."""
        session = self._open(9, 10.1, 1)
        self._work(session, 3)
        for _ in range(_RETRIES):
            session.call(400, 90, "Bash", tool_input="make deploy")
            session.result(300, is_error=True)
        looped = [cost for _, _, cost in session.calls[-_RETRIES:]]
        session.call(400, 90, "Bash", tool_input="make deploy")
        session.result(300)
        self._close(session)
        detail = "a command failed five times before it worked; the first try is not counted"
        self._saving("retry_loop", session.id, session, sum(looped[1:], Decimal(0)), detail=detail)

    def empty_sub_agent(self) -> None:
        """Start two sub-agents: one returns what it found, the other nothing."""
        session = self._open(4, 9.4)
        self._work(session, 2)
        for agent, chars in (("a1f0", 1800), ("b2e7", 0)):
            session.call(300, 150, "Task", tool_input="find all callers")
            task = session.tool_use_id
            session.prompt("find all callers", agent=agent)
            first = len(session.calls)
            for _ in range(4):
                session.call(900, 200, "Grep", tool_input="call", agent=agent, model=_HAIKU)
                session.result(900, agent=agent)
            if chars:
                session.call(500, 350, agent=agent, model=_HAIKU)
            spent = sum((cost for _, _, cost in session.calls[first:]), Decimal(0))
            session.tool_use_id = task
            session.result(chars, of_agent=agent)
        self._close(session)
        detail = "a sub-agent was started, and gave nothing back"
        self._saving("empty_sub_agent", f"{session.id}/b2e7", session, spent, detail=detail)

    def unread_cache_write(self) -> None:
        """Write a large context to the cache for an hour, and come back three hours later."""
        session = self._open(6, 9.0, 1)
        session.call(80_000, 400, hour=True)
        written = session.calls[-1][1].cache_write_1h
        session.wait(185)
        session.prompt("Where were we?")
        session.call(200, 300, "Read", hour=True, is_cold=True)
        session.result(900)
        self._work(session, 3)
        self._close(session)
        price = list_price(session.model)
        value = written * (price["cache_write_1h"] - price["fresh"]) / 1_000_000
        detail = "the context was written to a one-hour cache, and nobody read it in that hour"
        self._saving("unread_cache_write", session.id, session, value, detail=detail)

    def abandoned(self) -> None:
        """Leave a session in the middle of its work."""
        session = self._open(8, 15.5)
        self._work(session, 5)
        session.call(400, 150, "Bash", tool_input="make test")
        self._count(session)
        detail = "the session ends with a tool that was called and never answered"
        self._saving("abandoned_run", session.id, session, session.cost_usd, detail=detail)

    def resumed(self) -> None:
        """Resume the first ordinary session in a new file, which repeats its first calls."""
        first = self.written[0]
        session = self._open(1, 10.0)
        session.lines[session.file].clear()
        session.copy(first, _COPIED_CALLS)
        session.prompt("And now the other test")
        self._work(session, 3)
        self._close(session)
        copied = [cost for _, _, cost in first.calls[:_COPIED_CALLS]]
        for metric, unit, value in (
            ("call_count", "count", len(copied)),
            ("cost_usd", "usd", sum(copied, Decimal(0))),
        ):
            self._setting.truth.add(
                "duplicate",
                f"claude_code/resumed_session/{metric}",
                "claude_code",
                ("run", session.id),
                (metric, unit),
                logged=value,
                detail="a resumed session repeats calls of the one before: they count there, once",
            )
