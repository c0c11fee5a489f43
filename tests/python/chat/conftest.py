"""The warehouse of a chat in which every odd thing of document E stands."""

import pytest

from chat.talks import CHAT, MARTS, write_talks
from warehouses import Warehouse


@pytest.fixture(scope="session")
def talks(warehouses, make_warehouse) -> Warehouse:
    logs = warehouses / "talks_logs"
    write_talks(logs)
    return make_warehouse(
        "talks", logs, "--vars", CHAT, "--select", *(f"+{name}" for name in MARTS)
    )
