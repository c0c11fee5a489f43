"""LiteLLM's whole table as requests, against costs that are computed from its own fields."""

from collections import Counter

import pytest

from compare_litellm import COSTS, LEAST_RIGHT, expected_costs, write_requests, wrong_requests
from litellm_costs import table_path

SELECTION = ("--select", "+fct_calls")


@pytest.fixture(scope="module")
def warehouse(warehouses, make_warehouse):
    """Return the requests of the whole table, priced by the book as it is shipped."""
    logs = warehouses / "litellm_table_logs"
    logs.mkdir()
    write_requests(logs / "calls.csv")
    return make_warehouse("litellm_table", logs, *SELECTION)


def test_the_table_is_priced_as_it_is_shipped(warehouse):
    """At least 99 of 100 priced models are right without an import, at each shape of request."""
    wrong = wrong_requests(warehouse.rows(COSTS))
    counts = Counter(call_id.split("|", 1)[0] for call_id in expected_costs())
    by_shape = Counter(each.shape for each in wrong)

    assert counts["plain"] > 3000
    assert counts["cached"] > 200
    for shape, count in counts.items():
        assert by_shape[shape] <= (1 - LEAST_RIGHT) * count, wrong[:20]


def test_after_an_import_all_of_it_is(warehouse):
    """The rest are models whose price another table of another day has: an import settles them."""
    from click.testing import CliRunner

    from orchestration.cli.prices import prices

    with warehouse.selected():
        done = CliRunner().invoke(
            prices,
            ["import", str(table_path()), "--valid-from", "1970-01-01"],
            catch_exceptions=False,
        )
        assert done.exit_code == 0, done.output
    warehouse.build(*SELECTION)

    assert wrong_requests(warehouse.rows(COSTS))[:20] == []
