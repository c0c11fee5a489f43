"""A warehouse of random runs and inputs, built once for all properties."""

import pytest

from reference.random_inputs import ODD, changed_inputs
from reference.random_logs import drawn, session_of, sessions, write_logs

RANDOM_SESSIONS = 600
# What the properties read. Every mart stands hostile values, in sources/test_hostile_values.py.
READ = ("run_analytics", "cascade_analytics", "daily_costs", "mart_regression_episodes")


@pytest.fixture(scope="session")
def random_warehouse(warehouses, make_warehouse):
    """Return random cascade logs, loaded and built."""
    logs = {f"ses_{n:04d}": session for n, session in enumerate(drawn(sessions(), RANDOM_SESSIONS))}
    logs |= {name: session_of(name, text) for name, text in (changed_inputs() | ODD).items()}
    write_logs(warehouses / "random_logs", logs)
    selection = ("--select", *(f"+{mart}" for mart in READ))
    return make_warehouse("random", warehouses / "random_logs", *selection)
