"""Fingerprints: a build that would change nothing is recognised."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from generic_calls import write_calls
from orchestration.loading import load
from orchestration.loading.ledger import Ledger
from orchestration.transformation import fingerprint as module
from orchestration.transformation.builds import BuildRecord, is_current, record_build
from orchestration.transformation.fingerprint import fingerprint
from orchestration.transformation.options import BuildOptions
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

BUILD = BuildRecord(
    fingerprint="same",
    selection="",
    is_full=True,
    is_successful=True,
    model_count=1,
    test_count=1,
    failed_count=0,
    started_at=datetime(2026, 3, 1, tzinfo=UTC),
)


@pytest.fixture
def client(home):
    with connect() as client:
        ensure_raw_tables(client)
        yield client


@pytest.fixture
def built(client):
    """Stand in for the marts of a build."""
    client.command("create database marts")
    client.command("create table marts.run_analytics (id UInt8) engine = MergeTree order by id")
    client.query("select sleep(1.1)")
    return client


def test_loading_changes_it_and_loading_again_does_not(client, tmp_path):
    seen = [fingerprint(client, BuildOptions())]
    for numbers in (range(3), range(3), range(4)):
        load([write_calls(tmp_path / "calls.jsonl", numbers)])
        seen.append(fingerprint(client, BuildOptions()))
    empty, first, again, more = seen
    assert first == again
    assert len({empty, first, more}) == 3


def test_a_load_in_progress_does_not_change_it(client, tmp_path):
    load([write_calls(tmp_path / "calls.jsonl", range(3))])
    before = fingerprint(client, BuildOptions())
    ledger = Ledger(client)
    (done,) = ledger.records("loaded")
    started = replace(done, load_id=uuid.uuid4(), status="loading")
    ledger.write([started])
    assert fingerprint(client, BuildOptions()) == before
    ledger.write([started.with_status("loaded")])
    assert fingerprint(client, BuildOptions()) != before


def test_prices_and_fault_labels_change_it(client):
    seen = {fingerprint(client, BuildOptions())}
    client.command("insert into raw.price_imports (model, provider) values ('m', 'p')")
    seen.add(fingerprint(client, BuildOptions()))
    client.command("insert into demo.fault_labels (fault_id) values ('f')")
    seen.add(fingerprint(client, BuildOptions()))
    assert len(seen) == 3


def test_vars_and_project_change_it_and_the_selection_does_not(client, monkeypatch):
    before = fingerprint(client, BuildOptions())
    assert fingerprint(client, BuildOptions(select=("marts",))) == before
    assert fingerprint(client, BuildOptions(variables="{z_outlier: 3}")) != before
    monkeypatch.setattr(module, "project_digest", lambda: "another project")
    assert fingerprint(client, BuildOptions()) != before


def test_a_full_successful_build_of_the_same_is_current(built):
    assert not is_current(built, "same")
    record_build(built, BUILD)
    assert is_current(built, "same")
    assert not is_current(built, "other")


@pytest.mark.parametrize(
    "changes",
    [
        {"is_successful": False},
        {"is_full": False, "selection": "--select marts"},
        {"fingerprint": "other"},
    ],
    ids=["failed", "narrowed", "from something else"],
)
def test_a_later_build_that_was_not_full_or_failed_is_not_current(built, changes):
    record_build(built, BUILD)
    record_build(built, replace(BUILD, **changes))
    assert not is_current(built, "same")


def test_a_build_typed_by_hand_afterwards_is_noticed(built):
    record_build(built, BUILD)
    built.query("select sleep(1.1)")
    built.command("create or replace table marts.run_analytics (id UInt8) engine = Memory")
    assert not is_current(built, "same")


def test_dropped_marts_are_not_current(built):
    record_build(built, BUILD)
    built.command("drop database marts")
    assert not is_current(built, "same")
