"""What a node of the project reads, and what its code is."""

import pytest

from orchestration.transformation.graph import Graph, graph_of


def model(name, *parents, **others):
    return {
        "resource_type": "model",
        "name": name,
        "schema": "d",
        "alias": name,
        "fqn": ["p", "staging", name],
        "checksum": {"name": "sha256", "checksum": "0"},
        "config": {"materialized": "view"},
        "depends_on": {"nodes": list(parents)},
    } | others


def graph_with(**others) -> Graph:
    """Return a graph of three models, each reading the one before; the middle one may differ."""
    sources = {
        f"source.p.{name}": {"name": name.split(".")[1], "schema": "raw", "identifier": name}
        for name in ("a.lines", "tokenhouse.loads")
    }
    nodes = {
        "first": model("first", "source.p.a.lines", "source.p.tokenhouse.loads"),
        "middle": model("middle", "first", "source.p.tokenhouse.loads", **others),
        "last": model("last", "middle"),
    }
    return graph_of({"sources": sources, "nodes": nodes})


def test_a_source_table_is_not_touched_by_loads_of_another():
    graph = graph_with()
    assert graph.nodes["first"].parents == ("source.p.a.lines",)
    assert graph.nodes["middle"].parents == ("first", "source.p.tokenhouse.loads")


def test_a_model_of_some_sources_depends_on_their_runs_alone():
    """Also where it reads them by way of another one of its kind."""
    sources = {
        f"source.p.{source}.lines": {"name": "lines", "schema": "raw", "identifier": source}
        for source in ("a", "b", "generic")
    }
    versions = {
        f"model.p.stg_{source}__run_versions": model("v", f"source.p.{source}.lines")
        for source in ("a", "b", "generic")
    }
    runs = "model.p.int_run_versions"
    union = {
        "depends_on": {"nodes": [runs, "model.p.spans"], "macros": ["macro.p.union_of_sources"]}
    }
    nodes = {
        **versions,
        runs: model("int_run_versions", *versions),
        "model.p.spans": model(
            "spans",
            depends_on={
                "nodes": [runs, "source.p.a.lines"],
                "macros": ["macro.p.changed_run_versions"],
            },
        ),
        "model.p.all_spans": model("all_spans", **union),
        "model.p.others": model("others", runs, "source.p.a.lines"),
    }
    graph = graph_of({"sources": sources, "nodes": nodes})
    own = ("model.p.stg_a__run_versions", "model.p.stg_generic__run_versions")
    assert graph.nodes["model.p.spans"].inputs == (*own, "source.p.a.lines")
    assert graph.nodes["model.p.all_spans"].inputs == ("model.p.spans", *own)
    assert graph.nodes["model.p.all_spans"].parents == (runs, "model.p.spans")
    assert graph.nodes["model.p.others"].inputs == graph.nodes["model.p.others"].parents


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ({"created_at": 7, "compiled_code": "select 1", "build_path": "/elsewhere"}, set()),
        ({"raw_code": "select 2"}, {"middle"}),
        ({"config": {"materialized": "table"}}, {"middle"}),
        ({"description": "another"}, {"middle"}),
        ({"columns": {"a": {"description": "another"}}}, {"middle"}),
        # What reads it reads it elsewhere.
        ({"alias": "another"}, {"middle", "last"}),
        ({"schema": "another"}, {"middle", "last"}),
    ],
)
def test_an_edit_changes_the_code_of_what_it_touches(change, changed):
    before, after = graph_with(), graph_with(**change)
    assert {node.unique_id for node in before if node.code != after.nodes[node.unique_id].code} == (
        changed
    )


def test_the_rows_of_a_seed_of_any_size_are_its_code(tmp_path):
    """Of a file of more than a megabyte, dbt's manifest has the path and not the content."""
    seed = model(
        "rows",
        resource_type="seed",
        checksum={"name": "path", "checksum": "seeds/rows.csv"},
        root_path=str(tmp_path),
        original_file_path="rows.csv",
    )
    codes = set()
    for text in ("a\n1\n", "a\n2\n", "a\n1\n"):
        (tmp_path / "rows.csv").write_text(text)
        codes.add(graph_of({"sources": {}, "nodes": {"rows": seed}}).nodes["rows"].code)
    assert len(codes) == 2
