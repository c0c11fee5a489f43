"""The demo's logs: reproducible, well formed, varied, and in line with the price list."""

import csv
import json
import statistics
from collections import Counter, defaultdict
from datetime import datetime

import pytest

from demo.small import LIST_PRICES, SMALL
from orchestration import settings
from orchestration.demo import DEFAULT_END_DATE, generate
from orchestration.demo.catalogue import MINIMUM_WORKFLOWS, build_catalogue
from orchestration.demo.models import MODELS
from orchestration.errors import BadInputError

TINY = {"days": 14, "workflows": MINIMUM_WORKFLOWS, "scale": 0.1}
LOG_COLUMNS = (
    "message_id timestamp session_id cascade_id cell_name node_type role model provider cost "
    "tokens_in tokens_out duration_ms species_hash genus_hash candidate_index reforge_step "
    "is_winner evaluator_score error_type error_message tool_name content_chars"
)
SESSION_COLUMNS = (
    "session_id cascade_id genus_hash created_at completed_at status input_data "
    "parent_session_id depth caller_id invocation_metadata"
)
PROMPT_COLUMNS = (
    "prompt_id session_id cascade_id cell_name species_hash created_at full_prompt_text "
    "candidate_index is_winner generation"
)


PROVIDERS = {(model.name, model.provider) for model in MODELS.values()}


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        generate(tmp_path / name, **TINY)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    generate(tmp_path / "two", **TINY, seed=8)
    assert contents(tmp_path / "one") != contents(tmp_path / "two")


def test_a_second_demo_replaces_the_first(tmp_path):
    generate(tmp_path, **{**TINY, "days": 40})
    report = generate(tmp_path, **TINY)
    assert sorted(report.logs.rglob("*.gz")) == sorted(report.files)


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    note = tmp_path / "logs" / "mine.txt"
    note.parent.mkdir()
    note.write_text("mine")
    with pytest.raises(BadInputError, match=r"mine\.txt"):
        generate(tmp_path, **TINY)
    assert contents(tmp_path) == {note.relative_to(tmp_path): b"mine"}


@pytest.mark.parametrize(
    "options",
    [{"days": 3}, {"scale": 0}, {"cascade_scale": 0}, {"workflows": 2}, {"faults": ["meteor"]}],
)
def test_arguments_out_of_range_are_refused(tmp_path, options):
    with pytest.raises(BadInputError):
        generate(tmp_path, **{**TINY, **options})
    assert not contents(tmp_path)


def test_fewer_runs_of_cascades_leave_the_other_sources_as_they_are(tmp_path):
    options = {**TINY, "scale": 0.5, "sources": ("cascade", "generic", "chat")}
    full = generate(tmp_path / "full", **options)
    small = generate(tmp_path / "small", **options, cascade_scale=0.2)
    assert 0.1 < small.sessions / full.sessions < 0.3
    assert small.other_runs == full.other_runs > 0
    for source in ("generic", "chat"):
        assert contents(small.logs / source) == contents(full.logs / source) != {}


def test_progress_reaches_the_last_day(tmp_path):
    seen = []
    generate(tmp_path, **TINY, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (14, 14)
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("table", "key", "columns"),
    [
        ("unified_logs", "message_id", LOG_COLUMNS),
        ("cascade_sessions", "session_id", SESSION_COLUMNS),
        ("prompt_lineage", "prompt_id", PROMPT_COLUMNS),
    ],
)
def test_every_line_has_the_columns_and_a_key_of_its_own(faulty, table, key, columns):
    records = faulty.records(table)
    assert all(list(record) == columns.split() for record in records)
    assert len({record[key] for record in records}) == len(records)


def test_rows_belong_to_sessions_and_lie_within_them(faulty):
    sessions = {row["session_id"]: row for row in faulty.records("cascade_sessions")}
    last_moment = f"{DEFAULT_END_DATE}T23:59:59.999Z"
    for row in faulty.records("unified_logs"):
        session = sessions[row["session_id"]]
        assert session["created_at"] <= row["timestamp"] <= (session["completed_at"] or last_moment)
        assert (row["cascade_id"], row["genus_hash"]) == (
            session["cascade_id"],
            session["genus_hash"],
        )
        datetime.fromisoformat(row["timestamp"])
    assert {row["session_id"] for row in faulty.records("prompt_lineage")} <= sessions.keys()


def test_the_report_counts_what_the_files_hold(faulty):
    report = faulty.report
    sessions = faulty.records("cascade_sessions")
    calls = [row for row in faulty.records("unified_logs") if row["model"]]
    assert report.rows == {table: len(lines) for table, lines in faulty.lines.items()}
    assert (report.sessions, report.calls) == (len(sessions), len(calls))
    assert report.workflows == len({session["cascade_id"] for session in sessions})
    labelled = Counter(label["fault_kind"] for label in faulty.labels if label["run_id"])
    assert report.labelled_runs == labelled


def test_reported_costs_are_tokens_at_list_price(healthy):
    calls = [row for row in healthy.records("unified_logs") if row["model"]]
    reported = [row for row in calls if row["cost"] is not None]
    for row in reported:
        price_in, price_out = LIST_PRICES[row["model"]]
        usd = (row["tokens_in"] * price_in + row["tokens_out"] * price_out) / 1e6
        assert row["cost"] == pytest.approx(usd, abs=1e-9)
    assert 0.55 < len(reported) / len(calls) < 0.85
    unmapped = [row for row in calls if row["model"] not in MODELS]
    assert unmapped
    assert all(row["cost"] is None for row in unmapped)


def test_prices_are_those_of_the_seed():
    """The newest price of each model, for inputs of any size."""
    newest = {}
    with (settings.project_dir() / "seeds" / "model_prices.csv").open() as file:
        for row in csv.DictReader(file):
            is_base = row["above_input_tokens"] == "0" and row["service_tier"] == "standard"
            if is_base and (row["model"], row["provider"]) in PROVIDERS:
                key = row["model"]
                newest[key] = max(newest.get(key, row), row, key=lambda r: r["valid_from"])
    for name, prices in LIST_PRICES.items():
        row = newest[name]
        found = (row["input_usd_per_million_tokens"], row["output_usd_per_million_tokens"])
        assert tuple(map(float, found)) == prices, name
        assert (MODELS[name].input_usd, MODELS[name].output_usd) == prices, name


def test_inputs_come_in_all_sizes_and_structures(faulty):
    categories = defaultdict(set)
    structures = set()
    for session in faulty.records("cascade_sessions"):
        text = session["input_data"]
        size = sum(len(text) >= edge for edge in (500, 2000, 6000, 20000))
        categories[session["cascade_id"]].add(size)
        try:
            value = json.loads(text)
        except ValueError:
            structures.add("unparsable" if text else "absent")
        else:
            structures.add(tuple(value) if isinstance(value, dict) else type(value).__name__)
    assert set().union(*categories.values()) == {0, 1, 2, 3, 4}
    assert any(len(found) == 5 for found in categories.values())
    assert {
        "unparsable",
        "list",
        ("text", "lang"),
        ("document", "options"),
        ("rows",),
    } <= structures


def test_runs_differ_in_origin_depth_status_and_errors(faulty):
    sessions = faulty.records("cascade_sessions")
    assert {row["status"] for row in sessions} == {"completed", "error", "running"}
    assert {row["depth"] for row in sessions} == {0, 1, 2}
    assert {row["invocation_metadata"]["origin"] for row in sessions} == {"sql", "cli", "ui"}
    ids = {row["session_id"] for row in sessions}
    assert all((row["parent_session_id"] in ids) == (row["depth"] > 0) for row in sessions)
    assert all((row["completed_at"] is None) == (row["status"] == "running") for row in sessions)


def test_base_error_rate_is_low(healthy):
    errors = healthy.sums["errors"]
    share = sum(count > 0 for count in errors.values()) / len(errors)
    assert 0.005 < share < 0.035


def test_one_candidate_wins_and_phrases_help_it(faulty):
    attempts = defaultdict(list)
    for row in faulty.records("unified_logs"):
        if row["node_type"] == "sounding_attempt":
            attempts[row["session_id"], row["cell_name"]].append(row)
    for rows in attempts.values():
        best = max(row["evaluator_score"] for row in rows)
        winners = [row for row in rows if row["is_winner"]]
        assert [row["evaluator_score"] for row in winners] in ([best], [])
    finished = [rows for rows in attempts.values() if any(row["is_winner"] for row in rows)]
    assert len(finished) > 0.98 * len(attempts)

    prompts = [row for row in faulty.records("prompt_lineage") if row["generation"] == 0]

    def lift(phrase):
        shares = [
            statistics.mean(
                phrase in row["full_prompt_text"] for row in prompts if row["is_winner"] is won
            )
            for won in (True, False)
        ]
        return shares[0] - shares[1]

    assert lift("step by step") > 0.15
    assert lift("cite the source") > 0.12
    assert abs(lift("in plain words")) < 0.1


def test_steady_workflows_always_cost_the_same(healthy):
    catalogue = build_catalogue(7, SMALL["workflows"], SMALL["days"])
    steady = {workflow.cascade_id for workflow in catalogue if workflow.is_steady}
    usd = healthy.sums["usd"]
    costs = defaultdict(list)
    for session in healthy.records("cascade_sessions"):
        if session["cascade_id"] in steady and session["completed_at"]:
            costs[session["cascade_id"]].append(round(usd[session["session_id"]], 9))
    assert costs.keys() == steady
    assert all(len(set(found)) == 1 for found in costs.values())


def test_new_species_appear_in_the_last_days(faulty):
    first_seen = {}
    for row in faulty.records("unified_logs"):
        day = row["timestamp"][:10]
        first_seen[row["species_hash"]] = min(day, first_seen.get(row["species_hash"], day))
    assert max(first_seen.values()) >= "2026-06-24"
