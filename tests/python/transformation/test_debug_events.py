"""dbt's debug events are dropped; what people read is not."""

import pytest
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.events import get_event_manager
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

from orchestration.transformation.debug_events import no_debug_events


@pytest.fixture
def heard():
    """Return the messages that a listener hears."""
    manager, messages = get_event_manager(), []

    def hear(message):
        messages.append(message.info.msg)

    manager.add_callback(hear)
    yield messages
    manager.callbacks.remove(hear)


def speak():
    logger = AdapterLogger("ClickHouse")
    logger.debug("statement %s", 1)
    logger.info("a fact")
    fire_event(Note(msg="a note"))
    fire_event(Note(msg="a step"), level=EventLevel.DEBUG)
    fire_event(Note(msg="a warning"), level=EventLevel.WARN)


def test_only_debug_events_are_dropped(heard):
    with no_debug_events():
        speak()
    assert [message.split(": ")[-1] for message in heard] == ["a fact", "a note", "a warning"]
    heard.clear()
    speak()
    assert len(heard) == 5
