"""Answer the page before anybody asks: of a new snapshot nothing is answered yet."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from orchestration.serving.errors import QueryError
from orchestration.serving.page.choice import PERIODS, Choice

__all__ = ["Warming"]

_log = logging.getLogger("tokenhouse.serve")
_LOOK_SECONDS = 0.5
_REMEMBERED = 8


class Warming:
    """Asks the page's queries of each snapshot, so that a visit finds their answers.

    Parameters
    ----------
    snapshot_id : callable
        Returns the snapshot that is read now.
    show : callable
        Renders the page of a choice, one query after the other: visitors go first.
    """

    def __init__(
        self,
        snapshot_id: Callable[[], Awaitable[str]],
        show: Callable[[Choice], Awaitable[object]],
    ):
        self._snapshot_id = snapshot_id
        self._show = show
        self._recent: OrderedDict[str, Choice] = OrderedDict()

    def remember(self, choice: Choice) -> None:
        """Note what somebody looks at: an open page asks for it again when a snapshot comes."""
        self._recent[choice.url(offset=choice.offset)] = choice
        self._recent.move_to_end(choice.url(offset=choice.offset))
        while len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)

    async def run(self) -> None:
        """Follow the snapshots until cancelled."""
        warm = ""
        while True:
            # Nothing may be published yet, and an engine may end: the next look tries again.
            try:
                now = await self._snapshot_id()
                if now != warm:
                    await self._warm(now)
                    warm = now
            except QueryError:
                _log.debug("the page could not be asked ahead", exc_info=True)
            except Exception:
                _log.exception("unexpected error of the page asked ahead")
                warm = now
            await asyncio.sleep(_LOOK_SECONDS)

    async def _warm(self, snapshot_id: str) -> None:
        """Ask for what a visit begins with, then for what was looked at, then for the rest."""
        begins = [Choice(), *reversed(self._recent.values())]
        for choice in [*begins, *(Choice.of_url({"days": period}) for period in PERIODS)]:
            if await self._snapshot_id() != snapshot_id:
                return
            await self._show(choice)
