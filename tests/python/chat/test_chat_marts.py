"""Document E's own examples and edge cases, in the marts of a chat."""

import pytest


def one(warehouse, sql):
    [row] = warehouse.rows(sql)
    return row


def test_users_of_more_than_ten_conversations_r100(talks):
    """R100: of users with 10, 11 and 12 conversations two are in the cohort."""
    rows = talks.rows("select * from marts.mart_cohorts where cohort_name = 'talkative'")
    assert {row["user_count"] for row in rows} == {2}
    assert max(row["active_user_count"] for row in rows) == 2
    assert all(row["cohort_week"] is None for row in rows)


def test_users_that_come_back_r100(talks):
    """R100: two users are first seen in one week; both come in the next one, one in the third."""
    rows = talks.rows(
        "select * from marts.mart_cohorts where cohort_name = '2026-01-05' order by week_number"
    )
    assert [row["retention_share"] for row in rows[:4]] == [1, 1, 0.5, 0]
    assert [row["user_count"] for row in rows[:3]] == [2, 2, 2]


def test_a_user_and_what_they_came_to_r104(talks):
    """R104: conversations, calls, days and cost of a user; who only judged is one too."""
    row = one(talks, "select * from marts.dim_users where user_id = 'talker12'")
    assert (row["conversation_count"], row["message_count"], row["active_days"]) == (12, 12, 1)
    total = one(
        talks, "select sum(cost_usd) as usd from marts.fct_calls where user_id = 'talker12'"
    )
    assert row["cost_usd"] == total["usd"] > 0
    judge = one(talks, "select * from marts.dim_users where user_id = 'other'")
    assert (judge["run_count"], judge["avg_rating"]) == (0, None)


def test_what_a_model_is_worth_r085_r088(talks):
    """R085, R088: verdicts true, true, true, false are 0.75; ratings 5, 4, 4, 2 are 3.75."""
    row = one(
        talks,
        "select * from marts.mart_period_metrics "
        "where scope_id = 'model:judged-model' and period_kind = 'all'",
    )
    assert (row["success_share"], row["avg_rating"]) == (0.75, 3.75)
    # The score column is (rating - 1) / 4, of verdicts 1 and 0, of benchmarks 1 and 0.
    assert (row["rating_count"], row["success_evaluation_count"]) == (4, 4)
    assert row["cost_per_message_usd"] == pytest.approx(float(row["cost_usd"]) / row["call_count"])


def test_stars_from_one_to_five_r089(talks):
    """R089: all five are rows; what is outside counts nowhere, what was said again counts once."""
    rows = talks.rows(
        "select rating, rated_count, rated_share from marts.v_rating_distribution "
        "where scope_id = 'model:judged-model' and period_kind = 'all' order by rating"
    )
    assert [row["rated_count"] for row in rows] == [0, 1, 0, 2, 1]
    assert sum(row["rated_share"] for row in rows) == 1


def test_failure_tags_r089(talks):
    """R089: one tag in two spellings is one, with the answer that was wrong."""
    rows = talks.rows("select * from marts.fct_failure_tags order by failure_tag")
    assert [(row["failure_tag"], row["excerpt"]) for row in rows] == [
        ("off_topic", "Soon."),
        ("too_long", "Soon."),
    ]
    call = one(talks, "select * from marts.fct_calls where call_id = 'chat:judged/j3'")
    assert (call["rating"], call["is_success"]) == (2, False)


def test_benchmarks_r097(talks):
    """R097: 7 passed, 3 failed and one that says neither are 11, of which 70% are right."""
    row = one(talks, "select * from marts.v_benchmarks where is_total")
    assert (row["judgment_count"], row["unjudged_count"], row["accuracy"]) == (11, 1, 0.7)
    assert row["accuracy_low"] == pytest.approx(0.396778, abs=1e-6)


def test_answers_slower_than_agreed_r090(talks):
    """R090: exactly two seconds keep the promise; an unknown latency is in no share."""
    row = one(
        talks,
        "select * from marts.mart_period_metrics "
        "where scope_id = 'model:slow-model' and period_kind = 'all'",
    )
    assert (row["sla_breach_count"], row["sla_breach_share"]) == (2, 0.4)
    assert [row[f"p{p}_latency_ms"] for p in (50, 90, 95, 99)] == pytest.approx(
        [2000, 2860, 2980, 3076]
    )


def test_clocks_that_run_backward_r108(talks):
    """R108: a conversation that ends before it starts has no duration; an empty one no message."""
    rows = {
        row["conversation_id"]: row
        for row in talks.rows("select * from marts.fct_conversations where user_id = 'odd'")
    }
    assert rows["chat:backward"]["duration_ms"] is None
    assert rows["chat:silent"]["message_count"] == 0
    assert rows["chat:silent"]["message_count_band"] == "0"
    assert rows["chat:silent"]["is_success"] is None
    call = one(talks, "select * from marts.fct_calls where call_id like 'chat:%/o1'")
    assert (call["rating"], call["is_success"], call["training_method"]) == (None, None, "base")


def test_what_a_trace_waited_for_r084(talks):
    """R084: self time without the union of the children's, and the path that decided the end."""
    rows = {row["span_name"]: row for row in talks.rows("select * from marts.fct_spans")}
    selves = {name: rows[name]["self_duration_ms"] for name in ("root", "a", "b", "c")}
    assert selves == {"root": 20, "a": 30, "b": 30, "c": 30}
    waited = {name for name, row in rows.items() if row["is_on_critical_path"]}
    assert waited >= {"root", "b", "c"}
    assert "a" not in waited
    assert rows["c"]["path"] == " \u203a ".join(("root", "b", "c"))
    assert [rows[name]["depth"] for name in ("root", "b", "c", "orphan")] == [0, 1, 2, 0]
    assert rows["c"]["start_offset_ms"] == 50
    # A loop is cut at its earliest span.
    assert [rows[name]["depth"] for name in ("loop1", "loop2")] == [0, 1]
    assert rows["loop1"]["is_in_loop"] and not rows["c"]["is_in_loop"]


def test_an_experiment_from_plan_to_decision_r093(talks):
    """R093: 60% against 90% of 40 users each is found; the last state of the plan counts."""
    rows = {
        row["metric"]: row
        for row in talks.rows("select * from marts.mart_comparisons where subject = 'greeting'")
    }
    success = rows["success_share"]
    assert success["is_primary"] and rows["cost_per_message_usd"]["is_guardrail"]
    assert (success["variant"], success["control_variant"]) == ("b", "control")
    assert (success["variant_value"], success["control_value"]) == pytest.approx(
        (0.9, 0.6), abs=0.02
    )
    assert success["verdict"] == "better"
    assert success["is_split_ok"] is True
    assert success["split_p_value"] == 1
    assert success["sentence"].startswith("b succeeds ")
    variants = talks.rows("select * from marts.dim_experiments order by variant")
    assert [row["status"] for row in variants] == ["stopped", "stopped"]
    assert [row["is_control"] for row in variants] == [False, True]
    assert [row["unit_count"] for row in variants] == [40, 40]
    assert [row["decision"] for row in variants] == ["ship b", "ship b"]


def test_a_trained_model_against_its_base_r092(talks):
    """R092: a trained model is compared with its base, conversation by conversation."""
    rows = {
        row["metric"]: row
        for row in talks.rows(
            "select * from marts.mart_comparisons where comparison_kind = 'training'"
        )
        if row["variant"] == "tuned-model"
    }
    share = rows["success_share"]
    assert (share["subject"], share["control_variant"]) == ("plain-model", "plain-model")
    assert (share["variant_units"], share["control_units"]) == (40, 40)
    assert (share["variant_value"], share["control_value"]) == (0.9, 0.5)
    assert share["verdict"] == "better"
    assert share["test"] == "newcombe"
    # Its base model was never called: there is nothing to compare with.
    lonely = talks.rows(
        "select * from marts.mart_comparisons "
        "where variant = 'lonely-model' and metric = 'error_share'"
    )
    assert [(row["verdict"], row["control_variant"]) for row in lonely] == [("no_control", None)]
    calls = talks.rows("select distinct model, training_method from marts.fct_calls")
    assert {"model": "tuned-model", "training_method": "sft"} in calls


def test_bars_of_training_methods_r092(talks):
    """R092: 36 of 40 and 5 of 5 answers of tuned models were right; all others are `base`."""
    rows = {
        row["scope_key"]: row
        for row in talks.rows(
            "select * from marts.mart_period_metrics "
            "where scope_kind = 'training_method' and period_kind = 'all'"
        )
    }
    assert set(rows) == {"base", "sft"}
    assert (rows["sft"]["success_evaluation_count"], rows["sft"]["success_share"]) == (45, 41 / 45)
    assert rows["sft"]["call_count"] == rows["sft"]["run_count"] == 45
    total = one(
        talks,
        "select * from marts.mart_period_metrics where scope_id = 'total' and period_kind = 'all'",
    )
    for column in ("call_count", "cost_usd", "conversation_count", "success_evaluation_count"):
        assert sum(row[column] for row in rows.values()) == total[column]


def test_ten_thousand_messages_of_an_unknown_model_r108(talks):
    """R108: all of them count, percentiles are exact, and what has no price is unknown, not 0."""
    row = one(
        talks,
        "select * from marts.mart_period_metrics "
        "where scope_id = 'model:unheard-of' and period_kind = 'month'",
    )
    assert (row["call_count"], row["unpriced_call_count"]) == (5000, 5000)
    # Of 0, 1, ..., 4999: linear between ranks, as NumPy has it.
    assert [row[f"p{p}_latency_ms"] for p in (50, 90, 95, 99)] == [
        pytest.approx(4999 * p / 100) for p in (50, 90, 95, 99)
    ]
    conversation = one(
        talks, "select * from marts.fct_conversations where conversation_id = 'chat:many'"
    )
    assert (conversation["message_count"], conversation["message_count_band"]) == (10_001, "51+")
    scored = one(
        talks,
        "select count() as messages from marts.fct_message_sentiments where user_id = 'chatterbox'",
    )
    assert scored["messages"] == 5001


def test_ratings_that_are_all_missing_r108(talks):
    """R108: without a rating or verdict every mean and share is unknown; the answer counts."""
    row = one(
        talks,
        "select * from marts.mart_period_metrics "
        "where scope_id = 'model:odd-model' and period_kind = 'all'",
    )
    assert (row["call_count"], row["rating_count"]) == (1, 0)
    assert (row["avg_rating"], row["success_share"], row["sentiment_score"]) == (None, None, 0)
