"""LiteLLM's spend logs: rows that the real package brings about, in each form they come in."""

import csv
import json
from decimal import Decimal

import pytest

from sources.litellm_requests import call_everything, spend_row
from sources.postgres import run_postgres
from warehouses import Warehouse

NEWER_COLUMNS = ("request_duration_ms", "organization_id", "agent_id")
WITH_LANGFUSE = ["--vars", "{sources: [langfuse, litellm]}"]
MODELS = ["--select", "+int_runs", "+int_tool_calls", "+mart_gateway_reconciliation"]


@pytest.fixture(scope="module")
def requests():
    """Return the rows that the proxy would log, and what the providers' answers add up to."""
    logged, expected = call_everything()
    return [spend_row(*event) for event in logged.events], expected


@pytest.fixture(scope="module")
def dumped(requests, warehouses):
    """Return a warehouse of a CSV, a Parquet and a JSON lines dump, which overlap."""
    import pyarrow
    import pyarrow.parquet

    rows, _ = requests
    logs = warehouses / "litellm_logs"
    logs.mkdir()
    with (logs / "spend_logs.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows[:6])
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(rows[4:10]), logs / "LiteLLM_SpendLogs.parquet"
    )
    with (logs / "older.jsonl").open("w", encoding="utf-8") as file:
        for row in rows[9:]:
            older = {key: value for key, value in row.items() if key not in NEWER_COLUMNS}
            # As `row_to_json` writes JSON columns: objects, not their text.
            older |= {key: json.loads(older[key]) for key in ("metadata", "request_tags")}
            if row["call_type"] == "embedding":
                del older["session_id"]
                older["metadata"]["spend_logs_metadata"] = {"trace_id": "trace-of-the-client"}
            file.write(json.dumps(older) + "\n")
    for kind, totals in daily_totals(rows).items():
        text = "\n".join(json.dumps(total) for total in totals)
        (logs / f"LiteLLM_Daily{kind}Spend.jsonl").write_text(text + "\n")
    warehouse = Warehouse(warehouses / "litellm", logs)
    warehouse.load()
    warehouse.build(*MODELS, *WITH_LANGFUSE)
    return warehouse


def daily_totals(rows):
    """Add up requests as the proxy does: one row per user, and one per tag, day and model."""
    totals = {"User": {}, "Tag": {}}
    for row in rows:
        entities = [("User", "user_id", row["user"])]
        entities += [("Tag", "tag", tag) for tag in set(json.loads(row["request_tags"]))]
        for kind, column, entity in entities:
            key = f"{entity}/{row['startTime'][:10]}/{row['model']}"
            total = totals[kind].setdefault(
                key,
                {
                    "id": key,
                    column: entity,
                    "date": row["startTime"][:10],
                    "api_key": row["api_key"],
                    "model": row["model"],
                    "custom_llm_provider": row["custom_llm_provider"],
                    **dict.fromkeys(("prompt_tokens", "completion_tokens", "api_requests"), 0),
                    "spend": 0.0,
                },
            )
            total["api_requests"] += 1
            for counter in ("prompt_tokens", "completion_tokens", "spend"):
                total[counter] += row[counter]
    return {kind: list(by_key.values()) for kind, by_key in totals.items()}


TOTALS = """
    select
        count() as requests,
        countIf(is_error) as failures,
        countIf(call_kind = 'cache_hit') as cache_hits,
        sum(calls.input_tokens) as input_tokens,
        sum(calls.cache_read_tokens) as cache_read_tokens,
        sum(calls.cache_write_5m_tokens + calls.cache_write_1h_tokens) as cache_write_tokens,
        sum(calls.cache_write_1h_tokens) as cache_write_1h_tokens,
        sum(calls.output_tokens) as output_tokens,
        sum(calls.reasoning_tokens) as reasoning_tokens
    from intermediate.int_calls as calls
"""


def test_files_are_recognised(dumped):
    assert dumped.rows(
        "select source, count() as files, sum(rejected_rows) as rejected from raw.loads "
        "where status = 'loaded' group by source order by source"
    ) == [
        {"source": "litellm_daily_spend", "files": 2, "rejected": 0},
        {"source": "litellm_spend_logs", "files": 3, "rejected": 0},
    ]


def test_totals_are_those_of_the_answers(dumped, requests):
    """Overlapping dumps in three formats count once; cached tokens are in the input, once."""
    _, expected = requests
    assert dumped.rows(TOTALS) == [vars(expected)]


def test_cost_is_what_litellm_says_and_what_the_price_book_says(dumped, requests):
    rows, _ = requests
    [cost] = dumped.rows(
        "select sum(reported_cost_usd) as reported, "
        "sumIf(computed_cost_usd, call_kind != 'cache_hit') as computed "
        "from intermediate.int_calls"
    )
    expected = sum(Decimal(str(row["spend"])) for row in rows)
    assert expected > 0
    assert abs(cost["reported"] - expected) < Decimal("1e-9")
    # Priced apart, by this project's own book: cached tokens counted twice would be far off.
    assert abs(cost["computed"] - expected) < Decimal("1e-6")


def test_a_cached_answer_is_free_and_a_call_of_its_own(dumped):
    assert dumped.rows(
        "select cost_usd, cost_source, is_error, call_kind from intermediate.int_calls "
        "where call_kind = 'cache_hit'"
    ) == [{"cost_usd": 0, "cost_source": "reported", "is_error": False, "call_kind": "cache_hit"}]


def test_a_failure_says_why(dumped):
    [failure] = dumped.rows(
        "select error_type, error_message, cost_usd from intermediate.int_calls where is_error"
    )
    assert failure["error_type"] == "RateLimitError"
    assert "slow down" in failure["error_message"]
    assert failure["cost_usd"] == 0


def test_tags_multiply_nothing(dumped):
    assert dumped.rows(
        "select arraySort(groupUniqArray(tag)) as tags, uniqExact(request_id) as requests "
        "from staging.stg_litellm__spend_logs as logs left array join logs.tags as tag "
        "where model = 'gpt-4o'"
    ) == [{"tags": ["beta", "search"], "requests": 9}]
    assert dumped.rows(
        "select count() as n, max(length(tags)) as most from staging.stg_litellm__spend_logs"
    ) == [{"n": 14, "most": 2}]


def test_requests_add_up_to_the_gateways_totals(dumped, requests):
    """Per user and per tag; a request of two tags is in the totals of both, and costs once."""
    rows, _ = requests
    compared = dumped.rows(
        "select entity_type, sum(gateway_request_count) as gateway, "
        "sum(logged_request_count) as logged, max(abs(cost_difference_usd)) as difference, "
        "sum(gateway_tokens) = sum(logged_tokens) as same_tokens, sum(logged_cost_usd) as usd "
        "from marts.mart_gateway_reconciliation group by entity_type order by entity_type"
    )
    tags, users = compared
    assert (users["entity_type"], users["gateway"], users["logged"]) == ("user", 14, 14)
    assert (tags["entity_type"], tags["gateway"], tags["logged"]) == ("tag", 21, 21)
    for kind in compared:
        assert kind["same_tokens"]
        assert kind["difference"] < Decimal("1e-9")
    assert abs(users["usd"] - sum(Decimal(str(row["spend"])) for row in rows)) < Decimal("1e-9")


def test_sessions_are_runs_with_who_paid(dumped):
    runs = dumped.rows(
        "select source_run_id, call_count, workflow_id, user_id, team_id, project, status "
        "from intermediate.int_runs where call_count > 1 order by source_run_id"
    )
    who = {
        "workflow_id": "shop-assistant",
        "user_id": "user-7",
        "team_id": "team-3",
        "project": "project-5",
        "status": "completed",
    }
    assert runs == [
        {"source_run_id": "session-0", "call_count": 4, **who},
        {"source_run_id": "session-1", "call_count": 7, **who},
    ]
    assert dumped.rows(
        "select source_run_id, primary_model from intermediate.int_runs "
        "where source_run_id like 'trace%'"
    ) == [{"source_run_id": "trace-of-the-client", "primary_model": "text-embedding-3-small"}]
    assert dumped.rows(
        "select organization_id, count() as n from conformed.int_runs__unioned group by 1"
    ) == [{"organization_id": "org-1", "n": 5}]


# The table as the proxy's migrations leave it.
SPEND_LOGS = """
create table "LiteLLM_SpendLogs" (
    request_id text primary key,
    call_type text not null,
    api_key text not null default '',
    spend double precision not null default 0,
    total_tokens integer not null default 0,
    prompt_tokens integer not null default 0,
    completion_tokens integer not null default 0,
    "startTime" timestamp(3) not null,
    "endTime" timestamp(3) not null,
    request_duration_ms integer,
    "completionStartTime" timestamp(3),
    model text not null default '',
    model_id text default '',
    model_group text default '',
    mcp_namespaced_tool_name text,
    agent_id text,
    custom_llm_provider text default '',
    api_base text default '',
    "user" text default '',
    metadata jsonb default '{}',
    cache_hit text default '',
    cache_key text default '',
    request_tags jsonb default '[]',
    team_id text,
    organization_id text,
    end_user text,
    requester_ip_address text,
    messages jsonb default '{}',
    response jsonb default '{}',
    session_id text,
    status text,
    proxy_server_request jsonb default '{}'
);
"""


@pytest.fixture
def postgres():
    """Return a PostgreSQL server, as the proxy has one."""
    with run_postgres() as server:
        yield server


def test_the_proxys_own_table_is_read_in_place(requests, warehouses, postgres):
    """R106: a real PostgreSQL, through a named collection that keeps the password out of vars."""
    from orchestration.warehouse.client import connect

    rows, expected = requests
    names = ", ".join(f'"{name}"' for name in rows[0])
    # JSON columns hold JSON, where a logged row holds its text.
    parsed = ("metadata", "request_tags", "messages", "response", "proxy_server_request")
    records = [
        row | {name: json.loads(row[name]) for name in parsed if row.get(name)} for row in rows
    ]
    postgres.execute(
        f"""{SPEND_LOGS}
        insert into "LiteLLM_SpendLogs" ({names})
        select {names} from jsonb_populate_recordset(
            null::"LiteLLM_SpendLogs", $rows${json.dumps(records)}$rows$
        );"""
    )
    warehouse = Warehouse(warehouses / "litellm_in_place", warehouses)
    with warehouse.selected(), connect() as client:
        client.command(
            f"create named collection litellm as host = '127.0.0.1', port = {postgres.port}, "
            "user = 'postgres', password = '', database = 'postgres'"
        )
    table = "postgresql(litellm, table = 'LiteLLM_SpendLogs')"
    variables = {"sources": ["litellm"], "litellm_postgres_table": table}
    warehouse.build(*MODELS, "--vars", json.dumps(variables))
    assert warehouse.rows(TOTALS) == [vars(expected)]
    assert warehouse.rows(
        "select source_run_id, call_count from intermediate.int_runs "
        "where call_count > 1 order by source_run_id"
    ) == [
        {"source_run_id": "session-0", "call_count": 4},
        {"source_run_id": "session-1", "call_count": 7},
    ]


def test_the_rows_are_the_proxys(requests):
    """What these tests take for a row of the table is what the proxy's own code makes of it."""
    pytest.importorskip(
        "fastapi",
        reason="It needs litellm's proxy, which cannot be locked: it wants an older rich. "
        "`pip install litellm[proxy]` into a copy of .venv brings it.",
    )
    from litellm.proxy.spend_tracking.spend_tracking_utils import get_logging_payload

    logged, _ = call_everything()
    compared = ("call_type", "spend", "prompt_tokens", "completion_tokens", "model", "session_id")
    compared += ("custom_llm_provider", "request_tags", "team_id", "organization_id", "end_user")
    for kwargs, response, start, end in logged.events:
        kwargs["completion_start_time"] = kwargs.get("completion_start_time") or end
        ours = spend_row(kwargs, response, start, end)
        theirs = get_logging_payload(kwargs, response, start, end)
        assert {key: ours[key] for key in compared} == {key: theirs[key] for key in compared}
        usage = [json.loads(row["metadata"])["usage_object"] for row in (ours, theirs)]
        assert usage[0] == usage[1]
