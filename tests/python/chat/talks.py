"""A chat's tables in which every odd thing of document E stands, with known right answers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["CHAT", "write_talks"]

CHAT = "{sources: [chat]}"
"""Vars of a build of the chat alone."""

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATENCIES = (800, 1200, 2000, 2500, 3100, None)
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


class _Tables:
    def __init__(self) -> None:
        self.rows: dict[str, list[dict]] = {}

    def add(self, table: str, **row: object) -> None:
        self.rows.setdefault(table, []).append(row)

    def talk(self, number: str, user: str | None, moment: datetime, **more: object) -> None:
        row = {"id": number, "user_id": user, "created_at": moment.isoformat()}
        self.add("conversations", **row, **{"is_widget_session": False, **more})

    def answer(self, number: str, talk: str, user: str | None, moment: datetime, **more) -> None:
        """Add a question and its answer."""
        common = {"conversation_id": talk, "user_id": user}
        question = more.pop("question", "Where is my order?")
        self.add(
            "messages",
            id=f"{number}q",
            role="user",
            content=question,
            created_at=moment.isoformat(),
            **common,
        )
        answered = {
            "model_id": "gpt-4o-mini",
            "provider": "openai",
            "input_tokens": 1500,
            "output_tokens": 500,
            "latency_ms": 500,
            "content": "Soon.",
        } | more
        self.add(
            "messages",
            id=number,
            role="assistant",
            created_at=(moment + timedelta(seconds=1)).isoformat(),
            **common,
            **answered,
        )

    def judge(self, number: str, message: str, user: str, moment: datetime, **more) -> None:
        row = {"id": number, "message_id": message, "evaluator_id": user}
        self.add("evaluations", **row, created_at=moment.isoformat(), **more)


def write_talks(folder: Path) -> None:
    """Write the tables as JSON lines.

    Parameters
    ----------
    folder : Path
        Where to; it is created.
    """
    tables = _Tables()
    _talkative(tables)
    _returning(tables)
    _judged(tables)
    _slow(tables)
    _odd(tables)
    _traced(tables)
    _tried(tables)
    _trained(tables)
    _spoken(tables)
    _many(tables)
    folder.mkdir(parents=True)
    for name, rows in tables.rows.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def _talkative(tables: _Tables) -> None:
    """Users of 10, 11 and 12 conversations: two have more than ten."""
    for count in (10, 11, 12):
        for number in range(count):
            moment = MONDAY + timedelta(hours=number)
            tables.talk(f"t{count}-{number}", f"talker{count}", moment)
            tables.answer(f"t{count}-{number}m", f"t{count}-{number}", f"talker{count}", moment)
    tables.add(
        "cohorts",
        cohort_name="talkative",
        field="conversation_count",
        operator=">",
        value="10",
        reason="document E's example",
        updated_at=MONDAY.isoformat(),
    )


def _returning(tables: _Tables) -> None:
    """Users a and b are first seen in week 0; a comes again in week 1, b in weeks 1 and 2."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for user, weeks in (("a", (0, 1)), ("b", (0, 1, 2))):
        for week in weeks:
            moment = start + timedelta(weeks=week)
            tables.talk(f"r{user}{week}", user, moment)
            tables.answer(f"r{user}{week}m", f"r{user}{week}", user, moment)


def _judged(tables: _Tables) -> None:
    """Verdicts true, true, true, false; ratings 5, 4, 4, 2; a person who changes their mind."""
    moment = MONDAY + timedelta(days=1)
    tables.talk("judged", "judge", moment)
    judgements = ((5, True), (4, True), (4, True), (2, False))
    for number, (rating, success) in enumerate(judgements):
        tables.answer(f"j{number}", "judged", "judge", moment, model_id="judged-model")
        tags = [] if success else ["Too Long", "too-long", "off topic "]
        tables.judge(
            f"je{number}",
            f"j{number}",
            "judge",
            moment,
            rating=rating,
            success=success,
            failure_tags=tags,
        )
    # What was said before does not count: the same person judged the same answer again.
    tables.judge("jold", "j0", "judge", moment - timedelta(hours=1), rating=1, success=False)
    # Outside one to five, and of an answer that nobody knows.
    tables.judge("jodd", "j1", "other", moment, rating=9)
    tables.judge("jlost", "nowhere", "other", moment, rating=3)
    for number, judgment in enumerate(["passed"] * 7 + ["failed"] * 3 + ["unsure"]):
        tables.add(
            "judgments",
            id=f"b{number}",
            benchmark_name="policy",
            message_id="j0",
            judge="gpt-4.1",
            judgment=judgment,
            created_at=moment.isoformat(),
        )


def _slow(tables: _Tables) -> None:
    """Six answers, of which two of five are slower than two seconds."""
    moment = MONDAY + timedelta(days=2)
    tables.talk("slow", "waiter", moment)
    for number, latency in enumerate(LATENCIES):
        tables.answer(
            f"s{number}", "slow", "waiter", moment, model_id="slow-model", latency_ms=latency
        )


def _odd(tables: _Tables) -> None:
    """Clocks that run backward, no message at all, and ratings that are all missing."""
    moment = MONDAY + timedelta(days=3)
    tables.talk("backward", "odd", moment)
    tables.answer("o1", "backward", "odd", moment - timedelta(hours=2), model_id="odd-model")
    tables.talk("silent", "odd", moment)
    tables.judge("onull", "o1", "odd", moment, rating=None, success=None, failure_tags=[])


def _traced(tables: _Tables) -> None:
    """Root 0 to 100, a 10 to 40, b 30 to 90, c in b 50 to 80; and a loop of two."""
    moment = MONDAY + timedelta(days=2)
    spans = (
        ("root", None, 0, 100),
        ("a", "root", 10, 40),
        ("b", "root", 30, 90),
        ("c", "b", 50, 80),
        ("loop1", "loop2", 200, 210),
        ("loop2", "loop1", 205, 210),
        ("orphan", "unknown", 300, 310),
    )
    for name, parent, start, end in spans:
        tables.add(
            "traces",
            trace_id=name,
            parent_trace_id=parent,
            conversation_id="slow",
            span_name=name,
            operation_type="chain",
            duration_ms=end - start,
            started_at=(moment + timedelta(milliseconds=start)).isoformat(),
            created_at=moment.isoformat(),
        )


def _tried(tables: _Tables) -> None:
    """Write an experiment of 40 users a side, planned and edited; and one that was deleted."""
    start = MONDAY - timedelta(days=14)
    for number in range(80):
        variant = ("control", "b")[number % 2]
        for nth in range(3):
            moment = start + timedelta(hours=3 * number + nth)
            talk = f"x{number}-{nth}"
            tables.talk(talk, f"x{number}", moment, experiment_name="greeting", session_id=variant)
            tables.answer(f"{talk}m", talk, f"x{number}", moment)
            has_worked = (number // 2 + nth) % 10 < (6 if variant == "control" else 9)
            tables.judge(f"{talk}e", f"{talk}m", f"x{number}", moment, success=has_worked)
    plan = {
        "experiment_name": "greeting",
        "hypothesis": "A greeting helps",
        "control_variant": "control",
        "primary_metric": "success_share",
        "guardrail_metrics": ["cost_per_message_usd"],
        "planned_split": "control=0.5;b=0.5",
        "status": "running",
    }
    tables.add("experiments", **plan, updated_at=start.isoformat())
    edited = plan | {"status": "stopped", "decision": "ship b"}
    tables.add("experiments", **edited, updated_at=MONDAY.isoformat())
    tables.add(
        "experiments",
        **(plan | {"experiment_name": "gone", "status": "deleted"}),
        updated_at=MONDAY.isoformat(),
    )


def _trained(tables: _Tables) -> None:
    """Forty conversations each of a tuned model and its base; and one whose base nobody calls."""
    for model, successes in (("tuned-model", 36), ("plain-model", 20), ("lonely-model", 5)):
        for number in range(40 if model != "lonely-model" else 5):
            moment = MONDAY - timedelta(days=7, minutes=number)
            talk = f"{model}-{number}"
            tables.talk(talk, f"trained{number}", moment)
            tables.answer(f"{talk}m", talk, f"trained{number}", moment, model_id=model)
            tables.judge(f"{talk}e", f"{talk}m", "grader", moment, success=number < successes)
    for model, base in (("tuned-model", "plain-model"), ("lonely-model", "unused-model")):
        tables.add(
            "models",
            id=model,
            model_id=model,
            name=model,
            provider="openai",
            training_method="sft",
            base_model=base,
        )


def _spoken(tables: _Tables) -> None:
    """Let a user write every text, and answer once, after the second."""
    moment = MONDAY + timedelta(days=4)
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


def _many(tables: _Tables) -> None:
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
