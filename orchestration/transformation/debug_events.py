"""dbt without its debug events.

dbt makes one for each statement and step, a dozen for each node, and then finds that nobody reads
them: a seventh of the time that dbt itself takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager

__all__ = ["no_debug_events"]

_READ_BY_NOBODY = (EventLevel.DEBUG, EventLevel.TEST)


@contextmanager
def no_debug_events() -> Iterator[None]:
    """Drop dbt's debug events as soon as they are known to be some."""
    debug, fire = AdapterLogger.debug, EventManager.fire_event

    def nothing(self: AdapterLogger, message: Any, *arguments: Any) -> None:
        pass

    def fire_if_read(
        self: EventManager, event: Any, level: EventLevel | None = None, *more: Any, **options: Any
    ) -> None:
        if (level or event.level_tag()) not in _READ_BY_NOBODY:
            fire(self, event, level, *more, **options)

    AdapterLogger.debug = nothing  # type: ignore[assignment,method-assign]
    EventManager.fire_event = fire_if_read  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        AdapterLogger.debug = debug  # type: ignore[method-assign]
        EventManager.fire_event = fire  # type: ignore[method-assign]
