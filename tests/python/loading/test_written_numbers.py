"""Numbers in texts: what Python computes with is what the models would read."""

from decimal import Decimal

import pytest

from orchestration.loading.numbers import _macro
from orchestration.loading.sql import sql_text
from orchestration.loading.written_numbers import as_number
from orchestration.warehouse.client import connect

TEXTS = (
    *("1250.75", "$0.50", "0.50 USD", "US$ 3", "(0.50)", "-1", "+1", ".5", "5.", "1.25E-04", "1e3"),
    *("1,000,000", "1.000.000", "1 000", "1'000", "1_000", "1\u00a0000,5", "1,234", "1.234"),
    *("0,50", "12,5", "0,123", "0.123", "1,234.5", "1.234,5", "1234,567", "12,34,567", "1,23"),
    *("", " ", "nan", "inf", "abc", "1 2", "--1", "0x10", "1e", "$", "\u0661", "1,000 ", " 7 "),
)


@pytest.mark.parametrize("is_count", [False, True])
def test_python_and_the_models_read_the_same(home, is_count):
    read = _macro().readable_number("text", is_count=is_count)
    listed = ", ".join(sql_text(text) for text in TEXTS)
    with connect() as client:
        rows = client.query(
            f"select text, {read} from (select arrayJoin([{listed}]) as text)"
        ).result_rows

    expected = {text: Decimal(number) if number else None for text, number in rows}
    assert {text: as_number(text, is_count=is_count) for text in TEXTS} == expected


@pytest.mark.parametrize("value", [True, None, float("inf"), "1e999", 1e40, [1], {"a": 1}])
def test_what_is_no_number_is_none(value):
    assert as_number(value) is None


def test_numbers_stay_exact():
    assert as_number(0.1) == Decimal("0.1")
    assert as_number(12_345_678_901_234_567_890) == 12_345_678_901_234_567_890
