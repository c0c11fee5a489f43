"""dbt without its debug events.

dbt makes one for each statement and step, a dozen for each node, and then finds that nobody reads
them: a seventh of the time that dbt itself takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
from dbt_common.events.event_manager import EventManager

from orchestration.transformation.replaced import replaced

__all__ = ["no_debug_events"]

_READ_BY_NOBODY = (EventLevel.DEBUG, EventLevel.TEST)


@contextmanager
def no_debug_events() -> Iterator[None]:
    """Drop dbt's debug events as soon as they are known to be some."""
    begin, attribute = BaseEvent.__init__, BaseEvent.__getattr__
    fire = EventManager.fire_event

    def nothing(self: AdapterLogger, message: Any, *arguments: Any) -> None:
        pass

    def fire_if_read(
        self: EventManager, event: Any, level: EventLevel | None = None, *more: Any, **options: Any
    ) -> None:
        if (level or event.level_tag()) not in _READ_BY_NOBODY:
            fire(self, event, level, *more, **options)

    def begin_unless_debug(self: BaseEvent, *arguments: Any, **values: Any) -> None:
        if isinstance(self, DebugLevel):
            object.__setattr__(self, "_values", (arguments, values))
        else:
            begin(self, *arguments, **values)

    def attribute_when_read(self: BaseEvent, name: str) -> Any:
        # One that is fired at a higher level is made then.
        if name == "pb_msg" and "_values" in self.__dict__:
            arguments, values = self.__dict__.pop("_values")
            begin(self, *arguments, **values)
            return self.pb_msg
        return getattr(self.pb_msg, name) if name != "pb_msg" else attribute(self, name)  # type: ignore[no-untyped-call]

    with (
        replaced(AdapterLogger, debug=nothing),
        replaced(BaseEvent, __init__=begin_unless_debug, __getattr__=attribute_when_read),
        replaced(EventManager, fire_event=fire_if_read),
    ):
        yield
