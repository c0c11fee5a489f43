"""What users write is scored, by VADER's words and rules, and its figures come from one table."""

import pytest

from chat.spoken import SPOKEN


@pytest.fixture(scope="module")
def messages(talks):
    return talks.rows(
        "select * from marts.fct_message_sentiments "
        "where conversation_id = 'chat:spoken' order by sent_at"
    )


def test_scores_are_those_of_vader_r096(messages):
    """R096: boosters, negations, capitals, emojis, phrases and "but"; unknown is NULL, not 0."""
    assert [row["sentiment_score"] for row in messages] == [
        score if score is None else pytest.approx(score, abs=0.00011) for score in SPOKEN.values()
    ]


def test_labels_and_languages_r096(messages):
    """R096: one word says nothing; what is not English is unknown, and counted as such."""
    assert [row["sentiment_label"] for row in messages[-4:]] == ["neutral"] + ["unknown"] * 3
    assert [row["language"] for row in messages[-4:]] == ["en", "", "de", ""]
    assert [row["is_short"] for row in messages[-4:]] == [True, True, False, True]
    assert {row["sentiment_label"] for row in messages[:4]} == {"positive", "negative"}


def test_a_message_and_its_answer_r096(messages):
    """R096: a message counts for the model that answered next; the first has none before it."""
    assert [row["call_id"] for row in messages[:3]] == ["chat:spoken/spoken-answer"] * 2 + [""]
    assert {row["model"] for row in messages} == {"spoken-model"}
    changes = [row["change_from_previous"] for row in messages[:3]]
    assert changes == [None, pytest.approx(0.1026), pytest.approx(-0.551)]
    assert [row["is_last_of_conversation"] for row in messages] == [False] * 17 + [True]


def test_gauge_and_trend_are_of_one_table_r096(talks):
    """R096: mean of a day, of a period, of a conversation and of a user are means of its rows."""
    [of_rows] = talks.rows(
        "select avg(sentiment_score) as mean, count(sentiment_score) as scored "
        "from marts.fct_message_sentiments where user_id = 'speaker'"
    )
    for sql in (
        "select sentiment_score as mean from marts.mart_period_metrics "
        "where scope_id = 'user:speaker' and period_kind = 'all'",
        "select avg_sentiment as mean from marts.fct_conversations "
        "where conversation_id = 'chat:spoken'",
        "select avg_sentiment as mean from marts.dim_users where user_id = 'speaker'",
        "select sentiment_score as mean from marts.mart_daily_metrics "
        "where scope_id = 'model:spoken-model' and sentiment_count > 0",
    ):
        [row] = talks.rows(sql)
        assert row["mean"] == pytest.approx(of_rows["mean"]), sql
    assert of_rows["scored"] == 15
