"""Calls of real formats, with what each costs by an own reading of the price book in Python.

The logs are those of ``../shared/cases``; without them there is nothing to compare here, and
``sources/test_tools.py`` compares the logs that the project's own tests write.
"""

import pytest

from orchestration import settings
from orchestration.loading import load
from reference.priced_calls import PRICED_CALLS, compare
from reference.prices import PriceBook
from warehouses import EVERY_SOURCE, Warehouse

CASES = settings.project_dir().parent / "shared" / "cases"
# Calls of the cases that have a price: all but those of what costs nothing or has none.
LEAST_ALIKE = 200


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not next to the project")
def test_python_prices_the_calls_of_all_cases_alike(warehouses):
    made = Warehouse(warehouses / "case_costs", CASES)
    with made.selected():
        load([CASES / "agents", CASES / "observability"])
    made.build(*EVERY_SOURCE, "--select", "+fct_calls")
    seed = settings.project_dir() / "seeds" / "model_prices.csv"

    compared = compare(PriceBook(seed), made.rows(PRICED_CALLS))

    assert compared.differing == []
    assert compared.not_compared == []
    assert compared.alike >= LEAST_ALIKE
