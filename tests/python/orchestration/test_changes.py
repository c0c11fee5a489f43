"""What Dagster's own builds say that they changed: rows, contents, code, and what was read."""

import dagster as dg
import pytest
from dagster._core.definitions.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_TAG,
    get_input_data_version_tag,
)

from orchestration import settings
from orchestration.defs.journal.changes import last_tags
from orchestration.defs.transformation.changes import BuildChanges
from orchestration.transformation.graph import Graph, Node

LOG, VIEW, TABLE, REPORT = (
    dg.AssetKey([layer, name])
    for layer, name in (("raw", "log"), ("staging", "stg"), ("marts", "fct"), ("marts", "report"))
)


def node(name, layer, kind="model", materialized="table", parents=()):
    return Node(name, kind, name, settings.database(layer), name, layer, materialized, parents)


GRAPH = Graph(
    {
        "log": node("log", "raw", kind="source", materialized=""),
        "stg": node("stg", "staging", materialized="view", parents=("log",)),
        "fct": node("fct", "marts", parents=("stg",)),
        "report": node("report", "marts", parents=("fct",)),
    }
)
BEFORE = {
    LOG: {DATA_VERSION_TAG: "1"},
    VIEW: {CODE_VERSION_TAG: "a", get_input_data_version_tag(LOG): "1"},
    TABLE: {CODE_VERSION_TAG: "b"},
    REPORT: {CODE_VERSION_TAG: "c"},
}


def lines(name, now, *, rows=(3, 3), versions=None):
    """Return the table of changes of a model, without its head."""
    place = ("marts", name)
    built = versions or {"fct": ("v", False), "report": ("v", False)}
    changes = BuildChanges(GRAPH, BEFORE, now, ({place: rows[0]}, {place: rows[1]}), built)
    found = changes.of(GRAPH.nodes[name])
    return found and found.value.splitlines()[2:]


def test_nothing_changed():
    assert lines("fct", BEFORE) == ["| rows | 3 | 3 | +0 |", "| contents |  |  | the same |"]


def test_new_lines_come_through_the_view():
    now = BEFORE | {LOG: {DATA_VERSION_TAG: "2"}}
    assert lines("fct", now, rows=(3, 5), versions={"fct": ("w", True)}) == [
        "| rows | 3 | 5 | +2 |",
        "| contents |  |  | changed |",
        "| input staging/stg |  |  | changed |",
    ]


def test_a_table_whose_rows_are_the_same_changes_nothing_downstream():
    now = BEFORE | {LOG: {DATA_VERSION_TAG: "2"}, TABLE: {CODE_VERSION_TAG: "b2"}}
    assert lines("fct", now)[2:] == [
        "| code |  |  | changed |",
        "| input staging/stg |  |  | changed |",
    ]
    assert lines("report", now) == ["| rows | 3 | 3 | +0 |", "| contents |  |  | the same |"]


def test_other_code_of_a_view_is_a_changed_input():
    now = BEFORE | {VIEW: {CODE_VERSION_TAG: "a2"}}
    assert lines("fct", now)[2:] == ["| input staging/stg |  |  | changed |"]


@pytest.mark.parametrize("versions", [{"report": ("v", True)}, {"other": ("v", True)}])
def test_what_was_not_there_or_not_built_has_no_changes(versions):
    changes = BuildChanges(GRAPH, {}, BEFORE, ({}, {}), versions)
    assert changes.of(GRAPH.nodes["report"]) is None


def test_tags_are_those_of_the_last_materialization():
    with dg.DagsterInstance.ephemeral() as instance:
        for version in ("1", "2"):
            instance.report_runless_asset_event(
                dg.AssetMaterialization(LOG, tags={DATA_VERSION_TAG: version})
            )
        assert last_tags(instance, [LOG, TABLE])[LOG][DATA_VERSION_TAG] == "2"
        assert TABLE not in last_tags(instance, [LOG, TABLE])
