"""The warehouse of a chat in which every odd thing of document E stands."""

import pytest

from chat.talks import CHAT, write_talks
from warehouses import Warehouse

MARTS = (
    "fct_calls",
    "fct_conversations",
    "fct_spans",
    "fct_tool_calls",
    "fct_failure_tags",
    "fct_message_sentiments",
    "dim_users",
    "dim_experiments",
    "mart_cohorts",
    "mart_comparisons",
    "mart_metric_anomalies",
    "v_rating_distribution",
    "v_benchmarks",
)


@pytest.fixture(scope="session")
def talks(warehouses, make_warehouse) -> Warehouse:
    logs = warehouses / "talks_logs"
    write_talks(logs)
    return make_warehouse(
        "talks", logs, "--vars", CHAT, "--select", *(f"+{name}" for name in MARTS)
    )
