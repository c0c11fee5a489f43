"""How the analysis tables lie on disk, and what a session page gets: R001, R002, R013, R015."""

import pytest
from dbt.contracts.graph.nodes import GenericTestNode, ModelNode

from orchestration import settings

# Document B's table.
DOCUMENTS_COLUMNS = (
    (settings.project_dir() / "tests" / "fixtures" / "document_b_columns.txt")
    .read_text(encoding="utf-8")
    .split()
)


@pytest.mark.parametrize(
    ("table", "sorting_key", "indexed"),
    [
        (
            "run_analytics",
            "workflow_id, created_at, run_id",
            ("species_hash", "is_documents_cost_outlier", "is_documents_regression"),
        ),
        (
            "cascade_analytics",
            "cascade_id, created_at, session_id",
            ("species_hash_primary", "is_cost_outlier", "is_regression"),
        ),
    ],
)
def test_analysis_tables_are_sorted_partitioned_and_indexed(
    demo_warehouse, table, sorting_key, indexed
):
    """R001, R002, R061: order, months as partitions, and the documents' skip indexes."""
    [lies] = demo_warehouse.rows(
        "select engine, sorting_key, partition_key from system.tables "
        f"where database = 'marts' and name = '{table}'"
    )
    assert lies == {
        "engine": "MergeTree",
        "sorting_key": sorting_key,
        "partition_key": "(toYYYYMM(created_at))",
    }
    species, outlier, regression = indexed
    indexes = demo_warehouse.rows(
        "select expr, type, granularity from system.data_skipping_indices "
        f"where database = 'marts' and table = '{table}'"
    )
    assert {(index["expr"], index["type"], index["granularity"]) for index in indexes} == {
        ("genus_hash", "bloom_filter", 1),
        (species, "bloom_filter", 1),
        ("input_category", "set", 1),
        (outlier, "set", 1),
        (regression, "set", 1),
        *([("project", "set", 1)] if table == "run_analytics" else []),
    }


def test_keys_are_never_null(demo_warehouse):
    """What `unique` of dbt tests has a type without NULL, which that test does not count."""
    types = {
        (row["database"], row["table"], row["name"]): row["type"]
        for row in demo_warehouse.rows("select database, table, name, type from system.columns")
    }
    # In this process: another would write the manifest, and this one read it.
    nodes = demo_warehouse.run_dbt("--quiet", "parse").result.nodes
    keys = {
        (tested.schema, tested.alias, test.column_name)
        for test in nodes.values()
        if isinstance(test, GenericTestNode)
        and (tested := nodes.get(test.attached_node or ""))
        and test.test_metadata.name == "unique"
    }
    assert len(keys & types.keys()) > 50
    assert {key: types[key] for key in keys if "Nullable" in types.get(key, "")} == {}


def test_tables_views_and_their_columns_say_what_they_are_about(demo_warehouse):
    """Their comments are the descriptions; a complete incremental table is stamped as well."""
    comments = {
        (row["database"], row["name"]): row["comment"]
        for row in demo_warehouse.rows("select database, name, comment from system.tables")
    }
    of_columns = {
        (row["database"], row["table"], row["name"]): row["comment"]
        for row in demo_warehouse.rows("select database, table, name, comment from system.columns")
    }
    models = [
        node
        for node in demo_warehouse.run_dbt("--quiet", "parse").result.nodes.values()
        if isinstance(node, ModelNode) and (node.schema, node.alias) in comments
    ]
    kinds = {model.config.materialized for model in models}
    assert kinds == {"table", "view", "incremental"}
    for model in models:
        comment, described = comments[model.schema, model.alias], model.description
        if model.config.materialized == "incremental":
            assert comment.startswith(f"{described} (built with code "), model.name
        else:
            assert comment == described, model.name
        for column in model.columns.values():
            if column.description:
                found = of_columns[model.schema, model.alias, column.name]
                assert found == column.description, (model.name, column.name)


def test_cascade_analytics_has_the_documents_columns_in_their_order(demo_warehouse):
    """R001: document B's columns, in its order; A's further ones stand between them."""
    columns = [
        row["name"]
        for row in demo_warehouse.rows(
            "select name from system.columns where database = 'marts' "
            "and table = 'cascade_analytics' order by position"
        )
    ]
    assert [column for column in columns if column in DOCUMENTS_COLUMNS] == DOCUMENTS_COLUMNS
    further = set(columns) - set(DOCUMENTS_COLUMNS)
    assert further == {
        "cluster_stddev_tokens",
        "genus_avg_cost",
        "genus_run_count",
        "cost_per_token",
    }


def test_a_session_without_analysis_has_no_row(demo_warehouse):
    """R015: the view has a row for each analysed session and none for any other."""
    [counts] = demo_warehouse.rows(
        "select (select count() from marts.v_session_analytics) as sessions, "
        "(select count() from marts.run_analytics) as runs, "
        "(select count() from marts.v_session_analytics where session_id = 'nobody') as unknown"
    )
    assert counts["sessions"] == counts["runs"] > 0
    assert counts["unknown"] == 0


def test_ratios_are_of_the_runs_own_totals(demo_warehouse):
    """R013, R029: each ratio times its denominator gives the total; none without a denominator."""
    wrong = demo_warehouse.rows(
        """
        select run_id from marts.run_analytics
        where abs(coalesce(cost_per_call_usd * call_count - toFloat64(total_cost_usd), 0)) > 1e-9
            or abs(coalesce(cost_per_token_usd * total_tokens - total_cost_usd, 0)) > 1e-9
            or abs(coalesce(tokens_per_call * call_count - total_tokens, 0)) > 1e-6
            or abs(coalesce(duration_per_call_ms * call_count - total_duration_ms, 0)) > 1e-6
            or (cost_per_call_usd is null) != (call_count = 0)
            or (cost_per_token_usd is null) != (total_tokens = 0)
            or (cost_per_output_token_usd is null) != (total_output_tokens = 0)
        """
    )
    assert wrong == []


def test_small_and_large_inputs_meet_different_baselines(demo_warehouse):
    """R017, K1: in one workflow, inputs of different size are different categories and clusters."""
    workflows = demo_warehouse.rows(
        "select workflow_id, uniqExact(input_category) as categories, "
        "uniqExact(cluster_avg_cost_usd) as baselines from marts.run_analytics "
        "where cluster_run_count > 0 group by workflow_id having categories > 1"
    )
    assert len(workflows) > 5
    assert all(row["baselines"] >= row["categories"] for row in workflows)
