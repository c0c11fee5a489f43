"""Data tests can fail."""

from conventions.project import complain, key_of_groups


def test_no_test_asks_for_nulls_where_none_can_be(project):
    """ClickHouse's types say what may be NULL; `test_keys_are_never_null` sees to the keys."""
    offenders = [
        f"{test['original_file_path']}: {test['name']}"
        for test in project.data_tests.values()
        if (test.get("test_metadata") or {}).get("name") == "not_null"
    ]
    complain(
        "A column that is not Nullable holds no NULL, so `not_null` cannot fail; leave it out, and "
        "make the column not Nullable where NULL is wrong:",
        offenders,
    )


def test_no_test_asks_whether_groups_are_unique(project):
    """A view whose last step groups by its key has one row per key; asking reads the logs again."""
    offenders = []
    for test in project.data_tests.values():
        metadata = test.get("test_metadata") or {}
        model = project.models.get(test.get("attached_node") or "")
        if model is None or not metadata.get("name", "").startswith("unique"):
            continue
        key = metadata["kwargs"].get("combination_of_columns") or [test["column_name"]]
        if key_of_groups(model) == set(key):
            offenders.append(f"{test['original_file_path']}: {test['name']}")
    complain("The view groups by these columns, so the test cannot fail; leave it out:", offenders)
