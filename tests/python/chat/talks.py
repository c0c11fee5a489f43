"""A chat's tables in which every odd thing of document E stands, with known right answers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chat.spoken import write_many, write_spoken

__all__ = ["CHAT", "MARTS", "write_talks"]

CHAT = "{sources: [chat]}"
"""Vars of a build of the chat alone."""
MARTS = (
    "fct_calls",
    "fct_conversations",
    "fct_spans",
    "fct_tool_calls",
    "fct_failure_tags",
    "fct_message_sentiments",
    "dim_users",
    "dim_experiments",
    "mart_cohorts",
    "mart_comparisons",
    "mart_metric_anomalies",
    "v_rating_distribution",
    "v_benchmarks",
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATENCIES = (800, 1200, 2000, 2500, 3100, None)


class Tables:
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
    tables = Tables()
    _talkative(tables)
    _returning(tables)
    _judged(tables)
    _slow(tables)
    _odd(tables)
    _traced(tables)
    _tried(tables)
    _trained(tables)
    write_spoken(tables)
    write_many(tables)
    folder.mkdir(parents=True)
    for name, rows in tables.rows.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def _talkative(tables: Tables) -> None:
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


def _returning(tables: Tables) -> None:
    """Users a and b are first seen in week 0; a comes again in week 1, b in weeks 1 and 2."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for user, weeks in (("a", (0, 1)), ("b", (0, 1, 2))):
        for week in weeks:
            moment = start + timedelta(weeks=week)
            tables.talk(f"r{user}{week}", user, moment)
            tables.answer(f"r{user}{week}m", f"r{user}{week}", user, moment)


def _judged(tables: Tables) -> None:
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


def _slow(tables: Tables) -> None:
    """Six answers, of which two of five are slower than two seconds."""
    moment = MONDAY + timedelta(days=2)
    tables.talk("slow", "waiter", moment)
    for number, latency in enumerate(LATENCIES):
        tables.answer(
            f"s{number}", "slow", "waiter", moment, model_id="slow-model", latency_ms=latency
        )


def _odd(tables: Tables) -> None:
    """Clocks that run backward, no message at all, and ratings that are all missing."""
    moment = MONDAY + timedelta(days=3)
    tables.talk("backward", "odd", moment)
    tables.answer("o1", "backward", "odd", moment - timedelta(hours=2), model_id="odd-model")
    tables.talk("silent", "odd", moment)
    tables.judge("onull", "o1", "odd", moment, rating=None, success=None, failure_tags=[])


def _traced(tables: Tables) -> None:
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


def _tried(tables: Tables) -> None:
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


def _trained(tables: Tables) -> None:
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
