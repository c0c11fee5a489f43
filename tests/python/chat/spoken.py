"""Texts whose tone is known, and more messages than ten thousand."""

from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["SPOKEN", "write_many", "write_spoken"]

SPOKEN = {
    "VADER is smart, handsome, and funny.": 0.8316,
    "VADER is VERY SMART, handsome, and FUNNY!!!": 0.9342,
    "The book was only kind of good.": 0.3832,
    "The plot was good, but the characters are uncompelling and the dialog is not great.": -0.7042,
    "Today SUX!": -0.5461,
    "Make sure you :) or :D today!": 0.8633,
    "Catch utf-8 emoji such as such as 💘 and 💋 and 😁": 0.875,
    "Not bad at all": 0.431,
    "Yeah right, that is the bomb": 0.7351,
    "No issues or problems, and never so good": 0.6688,
    "At least it is not the least helpful answer": 0.2466,
    "Why??? This isn't helpful": -0.4352,
    # What is pasted is not what is said.
    "This is great:\n```\nerror: killed\n```\n> awful\nhttps://x.y/bad `hate`": 0.6249,
    "Why??? This isn\u2019t helpful": -0.4352,
    "Thanks!": 0,
    "": None,
    "Das ist nicht gut, ich bin sehr enttäuscht": None,
    "最悪です。": None,
}
"""What a user writes, and its score: vaderSentiment's own where nothing is pasted."""


def write_spoken(tables: Any) -> None:
    """Let a user write every text, and answer once, after the second."""
    moment = datetime(2026, 3, 6, 9, tzinfo=UTC)
    tables.talk("spoken", "speaker", moment)
    for number, text in enumerate(SPOKEN):
        tables.add(
            "messages",
            id=f"spoken{number:02}",
            conversation_id="spoken",
            user_id="speaker",
            role="user",
            content=text,
            created_at=(moment + timedelta(minutes=number)).isoformat(),
        )
    tables.add(
        "messages",
        id="spoken-answer",
        conversation_id="spoken",
        role="assistant",
        content="Oh.",
        model_id="spoken-model",
        provider="openai",
        created_at=(moment + timedelta(minutes=1, seconds=1)).isoformat(),
    )


def write_many(tables: Any) -> None:
    """Add a conversation of 10,001 messages with a model that nobody registered or prices."""
    moment = datetime(2026, 2, 2, 9, tzinfo=UTC)
    tables.talk("many", "chatterbox", moment)
    for number in range(5000):
        tables.answer(
            f"many{number}",
            "many",
            "chatterbox",
            moment + timedelta(seconds=3 * number),
            model_id="unheard-of",
            provider="nobody",
            latency_ms=number,
        )
    tables.add(
        "messages",
        id="many-last",
        conversation_id="many",
        user_id="chatterbox",
        role="user",
        content="Hello?",
        created_at=(moment + timedelta(seconds=15_000)).isoformat(),
    )
