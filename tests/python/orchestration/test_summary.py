"""The summary reads well on a terminal and in a pipe."""

import pytest

from orchestration.reporting.summary import Table, summarize, usd
from orchestration.reporting.tables import plain_table
from orchestration.warehouse.client import connect


@pytest.mark.parametrize(
    ("value", "largest", "text"),
    [
        (735.453579, None, "735.45"),
        (1234567.891, None, "1,234,567.89"),
        (0.0412, None, "0.0412"),
        (0.0412, 735.4, "0.04"),
        (0, None, "0.0000"),
    ],
)
def test_money_has_sensible_decimals(value, largest, text):
    assert usd(value, largest) == text


def test_numbers_are_aligned_to_the_right():
    table = Table("Cost by model", ("model", ">calls"), [("gpt-4o", "1,000"), ("o3", "7")])
    assert plain_table(table) == "Cost by model\nmodel   calls\ngpt-4o  1,000\no3          7"


def test_the_summary_of_an_unbuilt_warehouse_is_advice(home):
    with connect() as client:
        summary = summarize(client)
    assert summary.facts == []
    assert "tokenhouse build" in summary.advice[0]


def test_a_first_build_that_failed_on_the_way_leaves_advice(home):
    with connect() as client:
        client.command("create database if not exists marts")
        client.command("create table marts.run_analytics (run_id String) engine = Memory")
        summary = summarize(client)
    assert summary.tables == []
    assert "tokenhouse build" in summary.advice[0]
