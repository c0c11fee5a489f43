"""Data tests can fail."""

from conventions.project import complain


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
