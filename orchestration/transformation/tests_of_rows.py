"""Which tests pass because the model that they test has no rows."""

from typing import Any

__all__ = ["passes_without_rows_of"]

# Generic tests that select rows of their model, or groups of them: in no rows they find nothing.
_TESTS_OF_ROWS = {
    "accepted_range",
    "accepted_values",
    "expression_is_true",
    "not_null",
    "relationships",
    "sequential_days",
    "unique",
    "unique_combination_of_columns",
}
# By these, a test that finds nothing passes.
_USUAL_THRESHOLDS = {"fail_calc": "count(*)", "error_if": "!= 0", "warn_if": "!= 0"}


def passes_without_rows_of(node: dict[str, Any]) -> str:
    """Return the model without whose rows a test passes.

    Parameters
    ----------
    node : dict
        A node of dbt's ``manifest.json``.

    Returns
    -------
    str
        The model, by ``unique_id``; empty for a test of which that does not follow from its name,
        and for what is no test.
    """
    name = (node.get("test_metadata") or {}).get("name")
    is_usual = all(node["config"].get(key) == value for key, value in _USUAL_THRESHOLDS.items())
    return (node.get("attached_node") or "") if name in _TESTS_OF_ROWS and is_usual else ""
