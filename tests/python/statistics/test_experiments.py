"""Models and prompts that competed, against document B's rules followed step by step."""

import re
from collections import Counter, defaultdict
from fractions import Fraction

import pytest
from scipy.stats import binomtest, false_discovery_control, fisher_exact

from orchestration import settings
from reference.cascade import read_cascade
from reference.prices import PriceBook
from reference.runs import records

MIN_LIFT = Fraction(15, 100)
SENTENCE_END = re.compile(r"[.!?]+(?:\s|$)|\n")
WORD = re.compile(r"[^\W_]+(?:[-_'\u2019][^\W_]+)*")


@pytest.fixture(scope="module")
def candidates(demo_warehouse):
    """Return the calls of all candidates by workflow, species, step and model."""
    prices = PriceBook(settings.project_dir() / "seeds" / "model_prices.csv")
    grouped = defaultdict(list)
    for run in read_cascade(demo_warehouse.logs, prices):
        for call in run.calls:
            if call.candidate:
                key = (run.workflow_id, call.species, call.candidate[0], call.model)
                grouped[key].append((run.run_id, call))
    return grouped


@pytest.fixture(scope="module")
def prompts(demo_warehouse):
    """Return each base prompt once, as species, text and whether it won."""
    lineage = {
        record["prompt_id"]: record
        for _, record in records(demo_warehouse.logs)
        if "full_prompt_text" in record
    }
    return [
        (prompt["species_hash"], prompt["full_prompt_text"], prompt["is_winner"])
        for prompt in lineage.values()
        if prompt["generation"] == 0
    ]


def _mean(values):
    known = [Fraction(str(value)) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _dominates(other, model):
    return (
        other[0] <= model[0]
        and other[1] >= model[1]
        and (other[0] < model[0] or other[1] > model[1])
    )


def test_pareto_frontier_by_brute_force(demo_warehouse, candidates):
    """R038: every model against every other of its step, in exact fractions."""
    means = {
        key: (
            _mean(call.cost for _, call in calls),
            _mean(call.evaluator_score for _, call in calls),
        )
        for key, calls in candidates.items()
    }
    expected = {
        key: not any(
            _dominates(means[other], means[key])
            for other in means
            if other != key and other[:3] == key[:3]
        )
        for key in means
    }
    rows = demo_warehouse.rows("select * from marts.mart_model_pareto")
    found = {
        tuple(row[c] for c in ("workflow_id", "species_hash", "step_name", "model")): row
        for row in rows
    }
    assert {key: row["is_pareto"] for key, row in found.items()} == expected
    assert set(expected.values()) == {False, True}
    for key, row in found.items():
        assert row["avg_cost_usd"] == pytest.approx(float(means[key][0]), abs=1e-11)
        assert row["avg_quality"] == pytest.approx(float(means[key][1]), abs=1e-11)


def test_shares_of_wins(demo_warehouse, candidates):
    """R038: wins among the candidates of decided contests, with Wilson's interval."""
    contests = defaultdict(bool)
    for (_, _, step, _), calls in candidates.items():
        for run_id, call in calls:
            contests[run_id, step, call.reforge_step] |= bool(call.is_winner)
    rows = demo_warehouse.rows("select * from marts.mart_model_pareto")
    assert rows
    for row in rows:
        calls = candidates[row["workflow_id"], row["species_hash"], row["step_name"], row["model"]]
        wins = sum(bool(call.is_winner) for _, call in calls)
        decided = sum(
            contests[run_id, row["step_name"], call.reforge_step] for run_id, call in calls
        )
        assert (row["win_count"], row["decided_candidate_count"]) == (wins, decided)
        if decided:
            interval = binomtest(wins, decided).proportion_ci(method="wilson")
            found = (row["win_ratio_lower"], row["win_ratio_upper"])
            assert found == pytest.approx((interval.low, interval.high), abs=1e-9)


def _trigrams(text):
    found = set()
    for sentence in SENTENCE_END.split(text.lower()):
        words = WORD.findall(sentence)
        found |= {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}
    return found


def test_lift_of_phrases(demo_warehouse, prompts):
    """R039, R106: document B's code, counting prompts as its comment says, with scipy's test."""
    expected = {}
    for species in {species for species, _, _ in prompts}:
        texts = [(text, won) for of, text, won in prompts if of == species]
        winners = [text for text, won in texts if won]
        losers = [text for text, won in texts if not won]
        if not winners or not losers:
            continue
        won = Counter(ngram for text in winners for ngram in _trigrams(text))
        lost = Counter(ngram for text in losers for ngram in _trigrams(text))
        tested = sorted(n for n in won | lost if won[n] + lost[n] < len(texts))
        p_values = [
            fisher_exact(
                [[won[n], len(winners) - won[n]], [lost[n], len(losers) - lost[n]]], "greater"
            ).pvalue
            for n in tested
        ]
        adjusted = false_discovery_control(p_values) if tested else []
        for ngram, p_value, q_value in zip(tested, p_values, adjusted, strict=True):
            lift = Fraction(won[ngram], len(winners)) - Fraction(lost[ngram], len(losers))
            if lift > MIN_LIFT:
                expected[species, ngram] = (float(lift), p_value, q_value)
    rows = demo_warehouse.rows("select * from marts.mart_prompt_patterns")
    found = {
        (row["species_hash"], row["ngram"]): (row["lift"], row["p_value"], row["adjusted_p_value"])
        for row in rows
    }
    assert found.keys() == expected.keys()
    for key, numbers in found.items():
        assert numbers == pytest.approx(expected[key], abs=1e-9)


def test_planted_phrases_are_found(demo_warehouse):
    """R039: what helps in the demo is significant; what does nothing or harms never is."""
    rows = demo_warehouse.rows(
        "select distinct ngram from marts.mart_prompt_patterns where is_significant"
    )
    found = {row["ngram"] for row in rows}
    assert {"step by step", "cite the source"} & found
    assert not {"in plain words", "when you are"} & found
