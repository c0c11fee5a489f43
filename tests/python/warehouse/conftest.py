"""Fixtures of the warehouse tests: processes, tiny dbt projects and a stand-in server."""

import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration import settings

DBT = Path(sys.executable).with_name("dbt")
HERE = Path(__file__).parent

PROJECT = """
name: tiny
version: 0.1.0
config-version: 2
profile: tokenhouse
flags: {send_anonymous_usage_stats: false}
"""
MODELS = {
    "numbers_made.sql": """
        {{ config(materialized='table', order_by='id') }}
        select number as id, number % 3 as remainder from numbers(100)
    """,
    "remainders.sql": """
        select remainder, count() as numbers from {{ ref('numbers_made') }} group by remainder
    """,
    "remembered.sql": """
        {{ config(
            materialized='incremental', incremental_strategy='delete_insert', unique_key='id',
            order_by='id'
        ) }}
        select id, {{ 1 if is_incremental() else 0 }} as pass
        from {{ ref('numbers_made') }}
        {% if is_incremental() %} where id < 10 {% endif %}
    """,
    "schema.yml": """
models:
  - name: numbers_made
    columns:
      - name: id
        data_tests: [unique, not_null]
unit_tests:
  - name: counts_by_remainder
    model: remainders
    given:
      - input: ref('numbers_made')
        rows: [{id: 1, remainder: 2}, {id: 2, remainder: 2}]
    expect:
      rows: [{remainder: 2, numbers: 2}]
""",
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Give an empty TOKENHOUSE_HOME on the embedded target."""
    path = tmp_path / "home"
    for name in [name for name in os.environ if name.startswith(("TOKENHOUSE_", "CLICKHOUSE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TOKENHOUSE_HOME", str(path))
    return path


@pytest.fixture
def start(home):
    """Start commands in other processes; they end with the test."""
    running = []
    # A test run in the background ignores SIGINT, and what it starts would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def begin(*command):
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def tiny_project(tmp_path, home):
    """Make a dbt project of three models on this project's profiles."""
    folder = tmp_path / "tiny"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    for name, text in MODELS.items():
        (folder / "models" / name).write_text(text)
    return SimpleNamespace(
        path=folder, dbt=partial(run_dbt, folder), command=partial(dbt_command, folder)
    )


@pytest.fixture
def sources_project(tmp_path, home):
    """Make a dbt project of this project's sources and the macro that creates their tables."""
    folder = tmp_path / "sources"
    for path in (settings.project_dir() / "models").glob("**/_*"):
        if path.name.endswith(("__sources.yml", "__docs.md")):
            target = folder / path.relative_to(settings.project_dir())
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    (folder / "macros").mkdir()
    for macro in (settings.project_dir() / "macros" / "raw").glob("*.sql"):
        shutil.copy(macro, folder / "macros")
    (folder / "dbt_project.yml").write_text(PROJECT)
    return SimpleNamespace(
        path=folder, dbt=partial(run_dbt, folder), command=partial(dbt_command, folder)
    )


def dbt_command(folder, *arguments):
    profiles = settings.project_dir() / "profiles"
    return [
        str(DBT),
        "--no-use-colors",
        *arguments,
        "--project-dir",
        folder,
        "--profiles-dir",
        profiles,
    ]


def run_dbt(folder, *arguments, cwd=None):
    """Run the real command; its output is in ``stdout``."""
    return subprocess.run(
        dbt_command(folder, *arguments),
        cwd=cwd or folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def server(tmp_path, home, monkeypatch):
    """Run a stand-in ClickHouse server, with the environment pointing at it."""
    log = tmp_path / "statements.log"
    command = [sys.executable, HERE / "http_front.py", tmp_path / "server", log]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        port = process.stdout.readline().strip()
        monkeypatch.setenv("TOKENHOUSE_TARGET", "server")
        monkeypatch.setenv("CLICKHOUSE_HOST", "127.0.0.1")
        monkeypatch.setenv("CLICKHOUSE_PORT", port)
        monkeypatch.setenv("CLICKHOUSE_USER", "tester")
        monkeypatch.setenv("CLICKHOUSE_PASSWORD", "secret")
        yield SimpleNamespace(port=port, statements=lambda: log.read_text().split("\n---\n"))
    finally:
        process.kill()
        process.communicate()
