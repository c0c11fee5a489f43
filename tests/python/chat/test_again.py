"""New prices, and what arrives late or goes again: one build equals a full refresh."""

import json
import shutil

import pytest

from chat.talks import CHAT, MARTS
from orchestration.loading import unload
from orchestration.warehouse.client import connect
from warehouses import Warehouse

COSTS = {
    "fct_calls": "cost_usd",
    "fct_conversations": "total_cost_usd",
    "dim_users": "cost_usd",
    "dim_experiments": "total_cost_usd",
    "mart_cohorts": "cost_usd",
    "mart_daily_metrics": "cost_usd",
    "mart_period_metrics": "cost_usd",
    "mart_comparisons": "if(metric = 'cost_per_message_usd', variant_value, 0)",
}
LATE = {
    "messages": [
        # What was written before reads otherwise now, and one more is written after it.
        {"id": "spoken00", "content": "This is terrible, awful and useless", "role": "user"},
        {"id": "spoken99", "content": "Thank you so much, that is perfect", "role": "user"},
    ],
    "evaluations": [
        {"id": "late", "message_id": "spoken-answer", "evaluator_id": "speaker", "rating": 1}
    ],
}


def multiply_prices(warehouse: Warehouse, factor: float) -> None:
    with warehouse.selected(CHAT), connect() as client:
        prices = [
            name
            for (name,) in client.query(
                "select name from system.columns where database = 'reference' "
                "and table = 'model_prices' and name like '%usd_per_million%'"
            ).result_rows
        ]
        changes = ", ".join(f"{name} = {name} * {factor}" for name in prices)
        client.command(
            f"alter table reference.model_prices update {changes} where true",
            settings={"mutations_sync": 2},
        )


def build(warehouse: Warehouse) -> None:
    """Build what prices and the chat's records lead to, of the marts that there are."""
    changed = ("int_price_book", "stg_chat__run_versions")
    selection = [f"{first}+,+{mart}" for first in changed for mart in MARTS]
    warehouse.build("--vars", CHAT, "--select", *selection)


@pytest.fixture(scope="module")
def repriced(talks):
    """Return a copy of the chat's warehouse with all prices doubled, and built once more."""
    home = talks.home.with_name("talks_again")
    shutil.copytree(talks.home, home, symlinks=True)
    warehouse = Warehouse(home, talks.logs)
    multiply_prices(warehouse, 2)
    build(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def costs(talks, repriced) -> list[dict[str, float]]:
    """Return what each mart says that all cost, before and after: one engine start for each."""
    sums = {
        mart: f"select toFloat64(sum({column})) as usd from marts.{mart}"
        for mart, column in COSTS.items()
    }
    return [
        {mart: warehouse.rows(sql)[0]["usd"] for mart, sql in sums.items()}
        for warehouse in (talks, repriced)
    ]


@pytest.mark.parametrize("mart", COSTS)
def test_a_new_price_costs_history_again_r087(costs, mart):
    """R087: what was called long ago costs twice as much where every price has doubled."""
    before, after = (sums[mart] for sums in costs)
    assert after == pytest.approx(2 * before) and before > 0


def test_what_comes_late_and_goes_again_leaves_nothing_r108(talks, repriced, tmp_path):
    """R108: the marts are as if it had never been there; and so with the price."""
    for table, rows in LATE.items():
        late = {"conversation_id": "spoken", "created_at": "2026-03-06T09:30:00Z"}
        if table == "messages":
            late |= {"user_id": "speaker", "updated_at": "2026-03-07T09:00:00Z"}
        lines = [json.dumps({**late, **row}) + "\n" for row in rows]
        (tmp_path / f"{table}.jsonl").write_text("".join(lines), encoding="utf-8")
    repriced.load(tmp_path)
    multiply_prices(repriced, 0.5)
    build(repriced)
    sql = (
        "select message_id, sentiment_label from marts.fct_message_sentiments "
        "where conversation_id = 'chat:spoken' and message_id in "
        "('chat:spoken/spoken00', 'chat:spoken/spoken99') order by message_id"
    )
    assert [row["sentiment_label"] for row in repriced.rows(sql)] == ["negative", "positive"]
    assert [row["sentiment_label"] for row in talks.rows(sql)] == ["positive"]

    with repriced.selected(CHAT):
        unload([tmp_path])
    build(repriced)
    found, expected = repriced.contents("marts"), talks.contents("marts")
    assert found.keys() == expected.keys()
    for mart, rows in expected.items():
        assert found[mart] == rows, mart
