"""Progress of a build, from dbt's log events."""

import pytest

from orchestration.transformation.events import NodeStep, node_step


def event(name, kind="model", status="", **data):
    node = {"resource_type": kind, "node_name": "int_runs", "node_status": status}
    return {"info": {"name": name}, "data": {"node_info": node, **data}}


@pytest.mark.parametrize(
    ("logged", "step"),
    [
        (
            event("LogStartLine", status="started", index=1, total=9),
            NodeStep("int_runs", is_finished=False, is_failed=False, total=9),
        ),
        (
            event("LogModelResult", status="success", index=1, total=9),
            NodeStep("int_runs", is_finished=True, is_failed=False, total=9),
        ),
        (
            event("LogTestResult", "unit_test", index=2),
            NodeStep("int_runs", is_finished=True, is_failed=False, total=0),
        ),
        (
            event("LogTestResult", "test", index=2),
            NodeStep("int_runs", is_finished=True, is_failed=False, total=0),
        ),
        (
            event("LogModelResult", status="error", index=3, total=9),
            NodeStep("int_runs", is_finished=True, is_failed=True, total=9),
        ),
        (event("LogHookStartLine", "operation", index=1, total=1), None),
        (event("SQLCompiledPath"), None),
        ({"info": {"name": "MainReportVersion"}, "data": {}}, None),
    ],
    ids=["start", "model", "unit test", "test", "failure", "hook", "detail", "other"],
)
def test_node_step(logged, step):
    assert node_step(logged) == step
