"""The code location loads, and equals the snapshot in definitions.txt."""

import os
from pathlib import Path

import dagster as dg
import pytest

SNAPSHOT = Path(__file__).with_name("definitions.txt")


def describe(definitions):
    """Return the definitions as text that reads well in a review."""
    graph = definitions.resolve_asset_graph()
    repository = definitions.get_repository_def()
    groups = {}
    for key in graph.get_all_asset_keys():
        groups.setdefault(graph.get(key).group_name, []).append(key)
    lines = []
    for group in sorted(groups):
        lines.append(f"group {group}")
        for key in sorted(groups[group]):
            node = graph.get(key)
            extent = "" if node.is_materializable else " (written elsewhere)"
            lines.append(f"  asset {key.to_user_string()}{extent}")
            checks = sorted(check.name for check in graph.get_check_keys_for_assets({key}))
            lines += [f"    check {name}" for name in checks]
    for job in sorted(repository.get_all_jobs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            keys = job.asset_layer.executable_asset_keys
            lines.append(f"job {job.name}: {len(keys)} assets, {job.executor_def.name}")
    for schedule in sorted(repository.schedule_defs, key=lambda schedule: schedule.name):
        lines.append(
            f"schedule {schedule.name}: {schedule.cron_schedule} {schedule.execution_timezone}, "
            f"job {schedule.job_name}, {schedule.default_status.value}"
        )
    for sensor in sorted(repository.sensor_defs, key=lambda sensor: sensor.name):
        lines.append(f"sensor {sensor.name}: {sensor.default_status.value}")
    return "\n".join(lines) + "\n"


def test_definitions_are_those_of_the_snapshot(definitions):
    found = describe(definitions)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(found)
    assert found == SNAPSHOT.read_text(), (
        "The definitions changed. If that was meant: UPDATE_SNAPSHOTS=1 pytest "
        "tests/python/orchestration/test_definitions.py, and review the difference."
    )


def test_every_asset_is_described(definitions):
    graph = definitions.resolve_asset_graph()
    nameless = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not (graph.get(key).description or "").strip()
    ]
    assert nameless == []


def test_every_check_is_described(definitions):
    graph = definitions.resolve_asset_graph()
    checks = [graph.get_check_spec(key) for key in graph.asset_check_keys]
    assert [check.key.to_user_string() for check in checks if not check.description] == []


def test_jobs_can_be_executed(definitions):
    dg.Definitions.validate_loadable(definitions)


@pytest.mark.parametrize(
    ("target", "executor"), [("embedded", "in_process"), ("server", "multiprocess")]
)
def test_the_executor_follows_the_target(monkeypatch, target, executor):
    from orchestration.defs import resources

    monkeypatch.setenv("TOKENHOUSE_TARGET", target)
    monkeypatch.setattr(resources, "dbt_project", lambda: None)
    monkeypatch.setattr(resources, "dbt_resource", lambda project: object())
    assert resources.resources().executor.name == executor
