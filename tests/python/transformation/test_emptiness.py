"""What is said to be empty is empty in the engine, whatever the other tables hold."""

import clickhouse_connect
import pytest

from orchestration.transformation.emptiness import empty_because

EMPTY = ("none", "void")
FULL = ("few", "many")
TABLES = {table: ("db", table) for table in (*EMPTY, *FULL)}

# A query that reads `none` or `void`, which are empty, and `few` and `many`, which are not; and
# without which of the empty ones it has no rows whatever the rest holds.
PROVEN = [
    ("select x from db.none", {"none"}),
    ("select x, count() as n from db.none group by x", {"none"}),
    ("select x from db.none where x in (select y from db.few)", {"none"}),
    ("select none.x from db.none left join db.few on none.x = few.x", {"none"}),
    ("select few.x from db.few inner join db.none on few.x = none.x", {"none"}),
    ("select few.x from db.few right join db.none on few.x = none.x", {"none"}),
    ("select none.x from db.none full join db.void on none.x = void.x", {"none", "void"}),
    ("select x from db.few cross join db.none", {"none"}),
    ("select few.x from db.few, db.none", {"none"}),
    ("select none.x from db.none any left join db.few on none.x = few.x", {"none"}),
    ("select none.x from db.none left semi join db.few on none.x = few.x", {"none"}),
    ("select none.x from db.none left anti join db.few on none.x = few.x", {"none"}),
    ("select none.x from db.none asof left join db.few on none.x = few.x and none.y >= few.y",
     {"none"}),
    ("select one from db.none array join [x, y] as one", {"none"}),
    ("select one from db.none left array join [x, y] as one", {"none"}),
    ("select x from db.none union all select x from db.void", {"none", "void"}),
    ("select x from db.none union distinct select x from db.void", {"none", "void"}),
    ("with a as (select x from db.none) select x from a", {"none"}),
    ("with a as materialized (select x from db.none), b as (select * from a) select x from b",
     {"none"}),
    ("with 1 as one select x + one from db.none", {"none"}),
    ("select x from (select x from db.none where y > 1)", {"none"}),
    ("select sum(x) over (partition by y) as s from db.none", {"none"}),
    ("select x from db.none limit 1 by y", {"none"}),
    ("select distinct x from db.none order by x", {"none"}),
    ("select toDecimal64(x, 2) as d, arrayMap(one -> one + 1, [x]) as e from db.none", {"none"}),
    ("with none as (select x from db.few) select x from db.none", {"none"}),
]  # fmt: skip
# And queries that have rows though they read only empty tables, or have some once others have.
NOT_PROVEN = [
    "select 1 as x",
    "select count() as n from db.none",
    "select sumIf(x, y > 0) as n from db.none",
    "select argMaxIf(x, y, y > 0) as n from db.none",
    "select quantileExact(0.5)(x) as n from db.none",
    "select 1 + max(x) as n from db.none",
    "select sum(sum(x)) over () as n from db.none",
    "select 1 as n from db.none having count() = 0",
    "select count() as n from db.none group by ()",
    "select x, count() as n from db.none group by x with totals",
    "select count() as n from db.none group by all",
    "select count() as n from (select x from db.none)",
    "with a as (select count() as n from db.none) select n from a",
    "select x from db.few",
    "select few.x from db.few left join db.none on few.x = none.x",
    "select few.x from db.none right join db.few on few.x = none.x",
    "select few.x from db.few full join db.none on few.x = none.x",
    "select few.x from db.few left anti join db.none on few.x = none.x",
    "select x from db.none union all select x from db.few",
    "select x from db.none union all select count() from db.void",
    "select x from db.few where x not in (select x from db.none)",
    "with none as (select x from db.few) select x from none",
    "select number as x from numbers(3)",
    "select x from db.none order by x with fill from 1 to 3",
    "with recursive a as (select 1 as x union all select x + 1 from a where x < 3) select x from a",
    "not a query (",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Return an engine in which two tables have rows and two have none."""
    client = clickhouse_connect.get_client(
        interface="chdb", path=str(tmp_path_factory.mktemp("engine"))
    )
    client.command("create database db")
    for table in TABLES:
        client.command(
            f"create table db.{table} (x UInt32, y UInt32) engine = MergeTree order by x"
        )
    yield client
    client.close()


@pytest.fixture(scope="module")
def aggregates(client):
    """Return the names of the engine's aggregate functions."""
    rows = client.query("select lower(name) from system.functions where is_aggregate").result_rows
    return {name for (name,) in rows}


def fill(client, tables):
    for table in TABLES:
        client.command(f"truncate table db.{table}")
        if table in tables:
            client.command(f"insert into db.{table} select number, number % 3 from numbers(7)")


@pytest.mark.parametrize(("sql", "reason"), PROVEN)
def test_what_is_proven_is_empty_whatever_the_others_hold(client, aggregates, sql, reason):
    found = empty_because(sql, [TABLES[table] for table in EMPTY], aggregates)
    assert found == {TABLES[table] for table in reason}
    fill(client, set(TABLES) - reason)
    assert client.query(sql).result_rows == []


@pytest.mark.parametrize("sql", NOT_PROVEN)
def test_what_may_have_rows_is_not_proven(aggregates, sql):
    assert empty_because(sql, [TABLES[table] for table in EMPTY], aggregates) is None


def test_no_aggregate_function_is_taken_for_another(client, aggregates):
    """An aggregate without GROUP BY has a row though it reads none."""
    names = client.query("select name from system.functions where is_aggregate").result_rows
    for (name,) in names:
        for called in (name, f"{name}If", f"{name}OrNull", f"{name}ArrayIf"):
            sql = f"select {called}(x) as n from db.none"
            assert empty_because(sql, [TABLES["none"]], aggregates) is None, sql
