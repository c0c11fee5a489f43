"""Experiments before they are run: how many users they need (R093)."""

import math
from dataclasses import replace
from statistics import stdev

import pytest

from orchestration.errors import BadInputError
from orchestration.experiments import plan
from orchestration.experiments.words import in_words


@pytest.fixture
def client(talks):
    with talks.queried() as opened:
        yield opened


def test_users_that_a_share_needs_r093(client, talks):
    """R093: from the spread of the users' own hits and trials, recomputed."""
    users = talks.rows(
        "select user_id, countIf(score = 1) as hits, count() as trials from marts.fct_evaluations "
        "where evaluation_kind = 'success' and user_id != '' group by user_id"
    )
    share = sum(user["hits"] for user in users) / sum(user["trials"] for user in users)
    residuals = [user["hits"] - share * user["trials"] for user in users]
    trials = sum(user["trials"] for user in users) / len(users)
    deviation = math.sqrt(sum(one**2 for one in residuals) / (len(users) - 1)) / trials
    made = plan(client, "success_share", 0.03)
    assert made.value == pytest.approx(share)
    assert made.units == math.ceil(2 * (2.8015852 * deviation / 0.03) ** 2)
    assert plan(client, "success_share", 0.06).units == pytest.approx(made.units / 4, abs=1)


def test_users_that_a_cost_needs_r093(client, talks):
    """R093: of costs the spread of logarithms counts."""
    users = talks.rows(
        "select sum(cost_usd) / count(cost_usd) as mean from marts.fct_calls "
        "where user_id != '' group by user_id having count(cost_usd) > 0"
    )
    deviation = stdev(math.log(user["mean"]) for user in users)
    made = plan(client, "cost_per_message_usd", 0.1)
    wanted = math.ceil(2 * (2.8015852 * deviation / math.log(1.1)) ** 2)
    assert made.units == max(30, wanted)


def test_a_plan_in_words_r093(client):
    """R093: units of each variant, days, and what could be found sooner."""
    text = in_words(plan(client, "success_share", 0.03))
    assert "To find 3.0 points with a power of 80%" in text
    assert "users of each variant are needed" in text
    none_come = replace(plan(client, "success_share", 0.03), days=None)
    assert "nobody can say how long" in in_words(none_come)


def test_too_little_traffic_r093(client):
    """R093: without users there is nothing to plan with, and the sentence says so."""
    with pytest.raises(BadInputError, match="There are 0 users with avg_rating"):
        plan(client, "avg_rating", 0.1, workflow="no such workflow")
