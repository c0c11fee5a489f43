"""Warehouses of the dashboard: document C's example, projects with odd words, and an empty one."""

import pytest

from cost.answers import BUDGET
from cost.orchestrator_runs import write_dashboard, write_projects
from cost.tagged_calls import write_tagged
from warehouses import Warehouse

# One set of vars for two warehouses: each costs a parse of the project.
NO_BUDGET = "{sources: [orchestrator, generic]}"
# Of projects only these are read; the whole is built of the example, and of nothing.
OF_PROJECTS = (
    "mart_budgets",
    "mart_daily_metrics",
    "v_archivable_runs",
    "v_models",
    "v_projects",
    "v_summary",
)


@pytest.fixture(scope="session")
def dashboard(warehouses, make_warehouse) -> Warehouse:
    logs = warehouses / "dashboard_logs"
    write_dashboard(logs)
    return make_warehouse("dashboard", logs, "--vars", BUDGET)


@pytest.fixture(scope="session")
def projects(warehouses, make_warehouse) -> Warehouse:
    logs = warehouses / "projects_logs"
    write_projects(logs)
    write_tagged(logs / "calls.jsonl")
    selection = ("--select", *(f"+{mart}" for mart in OF_PROJECTS))
    return make_warehouse("projects", logs, "--vars", NO_BUDGET, *selection)


@pytest.fixture(scope="session")
def empty(empty_warehouse) -> Warehouse:
    warehouse = empty_warehouse("empty_dashboard")
    warehouse.build("--vars", NO_BUDGET)
    return warehouse
