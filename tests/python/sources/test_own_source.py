"""The steps of docs/contributing.md for a source of one's own, in a copy of the project."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from orchestration import settings

PROJECT = settings.project_dir()
# A help desk's log: units, names and spelling of its own.
TICKETS = 14
CALLS_PER_TICKET = 3
USD_PER_TOKEN = {"input": Decimal("2.5") / 10**6, "output": Decimal("10") / 10**6}  # gpt-4o's list

STEP_2_SOURCE = """
from orchestration.loading.sources.declaration import Signature, Source, keys

__all__ = ["SOURCES"]

SOURCES = (
    Source(
        name="helpdesk_calls",
        entity="helpdesk_calls",
        title="calls of the help desk's assistant",
        run_keys=("ticket",),
        signatures=(Signature(all_of=keys("ticket", "llm", "tokens")),),
    ),
)
"""

STEP_3_CALLS = """
with

records as (

    {{ visible_records('helpdesk', 'helpdesk_calls') }}

),

parsed as (

    select
        _run_key as ticket_id,
        {{ json_fields({
            'no': 'String',
            'at': 'String',
            'llm': 'String',
            'topic': 'String',
            'tokens': 'Tuple(asked Nullable(String), answered Nullable(String))',
            'took_s': 'Nullable(Float64)',
            'problem': 'String'
        }) }} as fields
    from records

)

select
    ----------  ids
    ticket_id,
    parsed.fields.no as call_number,

    ----------  text
    any(parsed.fields.llm) as model,
    any(parsed.fields.topic) as topic,
    any(parsed.fields.problem) as error_type,

    ----------  numerics
    any(coalesce({{ parse_count('parsed.fields.tokens.asked') }}, 0)) as input_tokens,
    any(coalesce({{ parse_count('parsed.fields.tokens.answered') }}, 0)) as output_tokens,
    any(parsed.fields.took_s * 1000) as duration_ms,

    ----------  timestamps
    any(assumeNotNull({{ parse_timestamp('parsed.fields.at') }})) as called_at

from parsed
group by
    ticket_id,
    call_number
"""

STEP_3_RUN_VERSIONS = "{{ row_versions('helpdesk', ['helpdesk_calls']) }}\n"

STEP_3_YML = """
models:
  - name: stg_helpdesk__calls
    description: One row per ticket and call.
    data_tests:
      - unique_combination_of_columns:
          arguments:
            combination_of_columns: [ticket_id, call_number]
  - name: stg_helpdesk__run_versions
    description: One row per ticket, with a number that changes with its records.
    columns:
      - name: run_key
        data_tests: [not_null, unique]
"""

STEP_4_CALLS = """
with

calls as (

    select * from {{ ref('stg_helpdesk__calls') }}

)

select
    ----------  ids
    'helpdesk' as source,
    ticket_id as run_key,
    {{ run_id("'helpdesk'", "concat(ticket_id, '/', call_number)") }} as call_id,
    {{ run_id("'helpdesk'", 'ticket_id') }} as run_id,
    '' as species_hash,
    '' as user_id,
    '' as team_id,
    '' as organization_id,
    '' as conversation_id,
    emptyArrayString() as match_ids,

    ----------  text
    '' as step_name,
    'call' as call_kind,
    model,
    'openai' as provider,
    error_type,
    '' as error_message,

    ----------  numerics
    duration_ms,
    input_tokens as logged_input_tokens,
    toUInt64(0) as cache_read_tokens,
    toUInt64(0) as cache_write_5m_tokens,
    toUInt64(0) as cache_write_1h_tokens,
    output_tokens,
    toUInt64(0) as reasoning_tokens,
    cast(null as Nullable(Decimal(18, 12))) as reported_cost_usd,
    cast(null as Nullable(UInt32)) as candidate_index,
    toUInt32(0) as reforge_step,
    cast(null as Nullable(Float64)) as evaluator_score,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    cast(true as Nullable(Bool)) as is_cache_in_input,
    toBool(error_type != '') as is_error,
    true as is_billable,
    false as is_run_level,
    cast(null as Nullable(Bool)) as is_winner,

    ----------  timestamps
    called_at

from calls
"""

STEP_4_RUNS = """
with

calls as (

    select * from {{ ref('stg_helpdesk__calls') }}

)

select
    ----------  ids
    'helpdesk' as source,
    ticket_id as run_key,
    {{ run_id("'helpdesk'", 'ticket_id') }} as run_id,
    ticket_id as source_run_id,
    argMin(topic, called_at) as workflow_id,
    '' as logged_genus_hash,
    cast(null as Nullable(String)) as parent_run_id,

    ----------  text
    'support' as project,
    'completed' as status,
    '' as mode,
    '' as caller_id,
    'ui' as origin,
    '' as user_id,
    '' as team_id,
    '' as organization_id,
    '' as conversation_id,
    '' as experiment_name,
    '' as variant,
    '' as environment,
    '' as input_text,

    ----------  numerics
    cast(argMin(input_tokens, called_at) * 4 as Nullable(UInt64)) as logged_input_chars,
    toUInt32(0) as logged_depth,
    cast(null as Nullable(UInt64)) as logged_step_count,
    cast(null as Nullable(UInt64)) as logged_error_count,
    cast(null as Nullable(Float64)) as logged_duration_ms,

    ----------  timestamps
    min(called_at) as started_at,
    cast(
        max(addMilliseconds(called_at, toInt64(duration_ms))) as Nullable(DateTime64(3, 'UTC'))
    ) as ended_at

from calls
group by ticket_id
"""


def records() -> list[dict]:
    """Return the log: the last ticket is ten times as expensive as the others."""
    return [
        {
            "ticket": f"T-{ticket}",
            "no": call,
            "at": f"2026-03-{ticket + 1:02}T09:0{call}:00Z",
            "llm": "gpt-4o",
            "topic": "refunds",
            "tokens": {
                "asked": str(1000 + 10 * ticket),
                "answered": str((100 + ticket) * (50 if ticket == TICKETS - 1 else 1)),
            },
            "took_s": 1.5,
            "problem": "timeout" if ticket == 3 and call == 1 else None,
        }
        for ticket in range(TICKETS)
        for call in range(CALLS_PER_TICKET)
    ]


def write(path: Path, text: str) -> None:
    """Write a new file of the copy."""
    assert not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip("\n"), encoding="utf-8")


def insert(path: Path, before: str, text: str) -> None:
    """Put a text before the only place where another stands."""
    whole = path.read_text(encoding="utf-8")
    assert whole.count(before) == 1, (path, before)
    path.write_text(whole.replace(before, text + before), encoding="utf-8")


def take_the_steps(project: Path) -> None:
    """Add the source, step by step as docs/contributing.md counts them."""
    staging = project / "models" / "staging"
    # 1: the raw table, a copy of the generic one.
    declared = yaml.safe_load((staging / "generic" / "_generic__sources.yml").read_text())
    [source] = declared["sources"]
    table = source["tables"][0] | {
        "name": "helpdesk_calls",
        "description": "One row per call of the help desk's assistant.",
    }
    source |= {"name": "helpdesk", "description": "The help desk's log.", "tables": [table]}
    folder = staging / "helpdesk"
    write(folder / "_helpdesk__sources.yml", yaml.safe_dump(declared, sort_keys=False))
    # 2: how its files are known.
    sources = project / "orchestration" / "loading" / "sources"
    write(sources / "helpdesk.py", STEP_2_SOURCE)
    insert(sources / "__init__.py", "    orchestrator,\n", "    helpdesk,\n")
    insert(sources / "__init__.py", "    *generic.SOURCES,\n", "    *helpdesk.SOURCES,\n")
    # 3: staging.
    write(folder / "stg_helpdesk__calls.sql", STEP_3_CALLS)
    write(folder / "stg_helpdesk__run_versions.sql", STEP_3_RUN_VERSIONS)
    write(folder / "_helpdesk__models.yml", STEP_3_YML)
    # 4: the entities it brings.
    conformed = project / "models" / "conformed"
    write(conformed / "calls" / "int_calls__helpdesk.sql", STEP_4_CALLS)
    write(conformed / "runs" / "int_runs__helpdesk.sql", STEP_4_RUNS)
    # 5: registered and switched on.
    for entity in ("calls", "runs"):
        insert(
            project / "macros" / "conforming" / "conformed_models.sql",
            f"            'generic': ['int_{entity}__generic'",
            f"            'helpdesk': ['int_{entity}__helpdesk'],\n",
        )
    settings_file = project / "dbt_project.yml"
    text, count = re.subn(
        r"^  sources: \[(.*)\]$",
        r"  sources: [\1, helpdesk]",
        settings_file.read_text(encoding="utf-8"),
        flags=re.M,
    )
    assert count == 1
    settings_file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def own_project(tmp_path_factory):
    """Return a function that runs a command of a copy of the project with the source added."""
    folder = tmp_path_factory.mktemp("own_source")
    project = folder / "project"
    for name in ("models", "macros", "seeds", "profiles", "orchestration", "tests/generic"):
        shutil.copytree(PROJECT / name, project / name)
    shutil.copy(PROJECT / "dbt_project.yml", project)
    take_the_steps(project)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOKENHOUSE_", "CLICKHOUSE_", "DBT_"))
    }
    environment |= {"PYTHONPATH": str(project), "TOKENHOUSE_HOME": str(folder / "home")}

    def tokenhouse(*arguments: str) -> str:
        script = "from orchestration.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env=environment,
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    log = folder / "assistant.jsonl"
    log.write_text("".join(json.dumps(record) + "\n" for record in records()), encoding="utf-8")
    assert f"{len(records())} rows, 0 rejected lines" in tokenhouse("load", str(log))
    # With the tests of what is built, and without the other sources, which have no logs here.
    tokenhouse(
        *("build", "--select", "+run_analytics", "--select", "+fct_calls"),
        *("--vars", "{sources: [generic, helpdesk]}"),
        *("--", "--indirect-selection", "cautious"),
    )
    return tokenhouse


def query(tokenhouse, sql: str) -> list[dict[str, str]]:
    """Return the rows of a query of the copy's warehouse."""
    return list(csv.DictReader(io.StringIO(tokenhouse("query", sql, "--format", "CSV"))))


def test_the_calls_of_an_own_source_are_priced(own_project):
    """R087: a source that was added by the documented steps is priced like any other."""
    [calls] = query(
        own_project,
        "select count() as calls, countIf(cost_source = 'computed') as computed, "
        "sum(cost_usd) as cost_usd, countIf(is_error) as errors "
        "from marts.fct_calls where source = 'helpdesk'",
    )
    expected = sum(
        int(record["tokens"]["asked"]) * USD_PER_TOKEN["input"]
        + int(record["tokens"]["answered"]) * USD_PER_TOKEN["output"]
        for record in records()
    )
    assert int(calls["calls"]) == int(calls["computed"]) == TICKETS * CALLS_PER_TICKET
    assert Decimal(calls["cost_usd"]) == expected
    assert calls["errors"] == "1"


def test_the_runs_of_an_own_source_are_judged(own_project):
    """R017: its runs are compared with its earlier ones, and the expensive one is found."""
    runs = query(
        own_project,
        "select source_run_id, workflow_id, project, call_count, cluster_run_count, "
        "is_documents_cost_outlier, is_calibrated_cost_anomaly, error_count "
        "from marts.run_analytics "
        "where source = 'helpdesk' order by created_at",
    )
    assert [run["source_run_id"] for run in runs] == [f"T-{number}" for number in range(TICKETS)]
    assert {(run["workflow_id"], run["project"]) for run in runs} == {("refunds", "support")}
    assert {int(run["call_count"]) for run in runs} == {CALLS_PER_TICKET}
    assert [int(run["cluster_run_count"]) for run in runs] == list(range(TICKETS))
    assert runs[-1]["is_documents_cost_outlier"] == runs[-1]["is_calibrated_cost_anomaly"] == "true"
    assert sum(run["is_calibrated_cost_anomaly"] == "true" for run in runs) == 1
    assert [run["error_count"] for run in runs].index("1") == 3
