"""Runs that became more expensive for a known reason: warehouse and worker name the same one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from reference import regressions
from reference.layers import differences_in_regressions
from reference.random_logs import START, write_logs

RUNS_BEFORE, RUNS_SINCE, RUNS_PER_DAY = 110, 40, 3
PRICES = {"gpt-4o": 4e-6, "gpt-4o-mini": 1.2e-6}
EXPENSIVE, CHEAP = PRICES

CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "price": {"price": 1.5},
    "model_mix": {"model": EXPENSIVE},
    "tokens_per_call": {"tokens": 1.7},
    "calls_per_run": {"calls": 2},
    "remainder": {"fee": 0.004},
    "price_and_fewer_calls": {"price": 4, "calls": 0.5},
    "calls_and_tokens": {"calls": 3, "tokens": 1.3},
}
"""Factors of change by species, named for the main cause, and other causes that may be found."""

CAUSES = {name: name for name in CHANGES} | {
    "price_and_fewer_calls": "price",
    "calls_and_tokens": "calls_per_run",
}


def session(random: np.random.Generator, species: str, number: int) -> dict[str, Any]:
    """Return a run of a species, changed if it is one of the later ones."""
    change = CHANGES[species] if number >= RUNS_BEFORE else {}
    ended_at = START + timedelta(days=number // RUNS_PER_DAY, minutes=60 * (number % 5) + 1)
    characters = int(random.lognormal(6, 0.8))
    # The model of a call is not random: in forty runs that would look like a change.
    models = [EXPENSIVE if number % 4 == place == 0 else CHEAP for place in range(20)]
    calls = [
        call(random, characters, change.get("model", models[place]), change)
        for place in range(round(int(random.integers(2, 5)) * change.get("calls", 1)))
    ]
    if "fee" in change:  # a call that costs something and has no tokens
        calls.append(calls[0] | {"tokens_in": 0, "tokens_out": 0, "cost": change["fee"]})
    return {
        "cascade_id": f"workflow of {species}",
        "genus_hash": species,
        "species_hash": species,
        "ended_at": ended_at,
        "started_at": ended_at - timedelta(seconds=30),
        "status": "completed",
        "input_data": f'{{"text": "{"x" * characters}"}}',
        "parent": None,
        "calls": calls,
    }


def call(
    random: np.random.Generator, characters: int, model: str, change: dict[str, Any]
) -> dict[str, Any]:
    """Return a call of a model."""
    factor = change.get("tokens", 1)
    tokens_in = round((characters / 4 + 800) * factor)
    tokens_out = round(float(random.lognormal(5.5, 0.3)) * factor)
    price = PRICES[model] * change.get("price", 1)
    return {
        "offset_ms": 5,
        "cell_name": "plan",
        "node_type": "agent",
        "role": "assistant",
        "model": model,
        "provider": "openai",
        "cost": round((tokens_in + 4 * tokens_out) * price, 9),
        "tokens_in": tokens_in,
        "tokens_out": tokens_out,
        "duration_ms": 900,
        "candidate_index": None,
        "reforge_step": 0,
        "is_winner": None,
        "evaluator_score": None,
        "error_type": None,
        "error_message": None,
        "tool_name": None,
        "content_chars": 10,
    }


@pytest.fixture(scope="module")
def rows(warehouses, make_warehouse) -> Callable[[str], list[dict[str, Any]]]:
    """Return queries on a warehouse of the changed species, built as far as causes need it."""
    logs = warehouses / "causes_logs"
    random = np.random.default_rng(5)
    write_logs(
        logs,
        {
            f"{species}_{number:03d}": session(random, species, number)
            for species in CHANGES
            for number in range(RUNS_BEFORE + RUNS_SINCE)
        },
    )
    return make_warehouse("causes", logs, "--select", "+regression_attributions").rows


def test_every_part_of_every_cause_is_the_workers(rows):
    """K13: windows, prices, factors and dollars, of every episode of cost."""
    problems = differences_in_regressions(regressions.RULES, rows)
    assert not problems, "\n".join(problems[:40])


def test_the_reason_is_named(rows):
    """K13: what was changed is the main cause; what was not changed is no regression."""
    found = rows(
        "select episodes.species_hash as species, main_cause, change_usd, price_usd + "
        "model_mix_usd + tokens_per_call_usd + calls_per_run_usd + input_size_usd + remainder_usd "
        "as parts_usd from regressions.regression_attributions as attributions inner join "
        "regressions.regression_episodes as episodes "
        "on attributions.episode_id = episodes.episode_id"
    )
    assert {row["species"]: row["main_cause"] for row in found} == {
        species: cause for species, cause in CAUSES.items() if species != "nothing"
    }
    assert all(row["change_usd"] == row["parts_usd"] > 0 for row in found)
