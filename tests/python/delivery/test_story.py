"""Each thing is sent once: new, still, over; what is older than a channel is history."""

import itertools

import pytest

from delivery.story import at, lines_of
from orchestration.delivery.deliver import preview
from orchestration.delivery.http import DeliveryError


@pytest.fixture
def path(story):
    """Give a story whose channel is a file, seen first on 1 March, when there was an old alert."""
    story.rules({})
    story.notices({"notice_id": "old", "seen_at": "2026-02-20 10:00:00.000"})
    story.configure(ALERTS_FILE=story.folder / "alerts.jsonl")
    story.deliver()
    story.now = at("2026-03-02 12:00")
    return story.folder / "alerts.jsonl"


def delivered(path):
    return [(line["event"], line["notice_id"]) for line in lines_of(path)]


def test_nothing_is_sent_unless_configured(story):
    story.rules({}, {"channel": "slack"})
    story.notices({})
    assert story.deliver() == {}
    assert story.ledger() == []


def test_what_is_older_than_the_channel_is_history(story, path):
    assert delivered(path) == []
    assert story.ledger() == [("new", "history", 0)]
    story.notices({"notice_id": "old", "seen_at": "2026-02-20 10:00:00.000"}, {})
    assert len(story.deliver()["file"].sent) == 1
    assert delivered(path) == [("new", "alert-1")]


def test_logs_that_are_loaded_late_wake_nobody(story, path):
    story.now = at("2026-06-01 12:00")
    story.notices(
        {"seen_at": "2026-03-02 10:00:00.000"},
        {"notice_id": "a", "seen_at": "2026-05-31 10:00:00.000"},
    )
    story.deliver()
    assert delivered(path) == [("new", "a")]


def test_an_alert_is_sent_once_and_its_end_once(story, path):
    """R104: each alert reaches a channel once, and so does its end."""
    story.notices({})
    story.deliver()
    story.deliver()
    story.notices({"is_open": False})
    story.deliver()
    story.deliver()
    assert delivered(path) == [("new", "alert-1"), ("resolved", "alert-1")]
    # It comes back: a second occurrence, with an end of its own.
    story.notices({"seen_at": "2026-03-02 11:00:00.000"})
    story.deliver()
    story.notices()
    story.deliver()
    assert delivered(path)[2:] == [("new", "alert-1"), ("resolved", "alert-1")]
    assert len({line["delivery_id"] for line in lines_of(path)}) == 4


def test_what_began_and_ended_in_between_is_one_message(story, path):
    story.notices({"is_open": False})
    story.deliver()
    story.deliver()
    assert delivered(path) == [("new", "alert-1")]
    assert "over by now" in lines_of(path)[0]["description"]


def test_the_end_of_history_is_not_sent(story, path):
    story.notices()
    story.deliver()
    assert delivered(path) == []


def test_several_rules_of_a_channel_tell_once(story, path):
    story.rules(
        {}, {"rule_id": "daily", "digest": "daily"}, {"rule_id": "other", "what": "attention"}
    )
    story.notices({"delivery_rule_ids": ["daily", "other", "rule"]})
    story.deliver()
    assert delivered(path) == [("new", "alert-1")]


def test_reminders_come_while_it_holds(story, path):
    story.rules({"reminder_hours": 24})
    story.notices({})
    for hours in (0, 23, 25, 26, 50):
        story.now = at("2026-03-02 12:00") + hours * 3600
        story.deliver()
    assert [event for event, _ in delivered(path)] == ["new", "reminder", "reminder"]
    story.notices({"is_open": False})
    story.now += 100 * 3600
    story.deliver()
    assert [event for event, _ in delivered(path)][3:] == ["resolved"]


def test_quiet_hours_hold_back_until_they_end(story, path):
    story.rules({"quiet_hours": "20-8", "timezone": "Europe/Madrid"})
    story.notices({"seen_at": "2026-03-02 20:00:00.000"})
    for moment, count in (
        ("2026-03-02 21:00", 0),
        ("2026-03-03 06:59", 0),
        ("2026-03-03 07:00", 1),
    ):
        story.now = at(moment)
        story.deliver()
        assert len(delivered(path)) == count, moment


def test_a_digest_is_one_message_a_day(story, http):
    server = http()
    story.rules({"channel": "slack", "digest": "daily", "digest_hour": 8})
    story.configure(SLACK_WEBHOOK_URL=server.url)
    story.notices()
    story.deliver()
    story.now = at("2026-03-02 12:00")
    story.notices({}, {"notice_id": "alert-2"})
    story.deliver()
    assert not server.requests
    story.now = at("2026-03-03 08:01")
    story.deliver()
    story.deliver()
    assert len(server.requests) == 1
    assert story.ledger("state, message_id != ''") == [("sent", 1)] * 2


def test_many_things_at_once_are_one_message(story, http):
    server = http()
    story.rules({"channel": "slack"})
    story.configure(SLACK_WEBHOOK_URL=server.url)
    story.notices()
    story.deliver()
    story.now = at("2026-03-02 12:00")
    story.notices(*({"notice_id": f"a{number}"} for number in range(60)))
    assert len(story.deliver()["slack"].sent) == 60
    assert len(server.requests) == 1


def test_a_rule_that_is_gone_sends_no_end(story, path):
    story.notices({})
    story.deliver()
    story.rules({"rule_id": "other"})
    story.notices({"delivery_rule_ids": []})
    story.deliver()
    assert delivered(path) == [("new", "alert-1")]


def test_a_dry_run_shows_and_writes_nothing(story, path):
    story.notices({})
    before = story.everything()
    found = preview(clock=lambda: story.now)
    assert [row.notice_id for message in found["file"] for row in message.deliveries] == ["alert-1"]
    assert story.everything() == before
    assert delivered(path) == []


def test_failures_are_tried_again_later_and_later_and_given_up(story, path):
    def refuse(*_):
        raise DeliveryError("localhost answered 500")

    story.notices({})
    begin, attempts, waits, state = story.now, [], [], "pending"
    while state != "given_up":
        story.deliver(send=refuse)
        ((state, count, wait),) = [
            row[1:]
            for row in story.ledger(
                "notice_id, state, attempts, "
                "dateDiff('second', created_at, next_attempt_at) as wait"
            )
            if row[0] == "alert-1"
        ]
        attempts.append(count)
        waits.append(wait)
        # It is not time yet.
        assert story.deliver(send=refuse)["file"].failed == []
        story.now = begin + wait + 1
    assert attempts == [3, 6, 9, 12, 15, 18]
    assert story.pauses[:3] == [0, 1, 4]
    gaps = [after - before for before, after in itertools.pairwise([0, *waits[:-1]])]
    assert gaps == sorted(gaps)
    assert 12 * 3600 < waits[-1] < 24 * 3600
    assert story.deliver()["file"].sent == []
    assert delivered(path) == []


def test_one_bad_message_holds_up_no_other(story, path):
    def refuse_one(channel, message, now, seconds):
        if message.deliveries[0].notice_id == "bad":
            raise DeliveryError("localhost answered 400", is_message=True)
        return ""

    story.notices({"notice_id": "bad"}, {"notice_id": "good"})
    report = story.deliver(send=refuse_one)["file"]
    assert [row.notice_id for row in report.sent] == ["good"]
    assert [row.notice_id for row in report.failed] == ["bad"]


def test_an_error_that_nobody_foresaw_holds_up_no_other_and_is_not_quoted(story, path):
    def fail_at_one(channel, message, now, seconds):
        if message.deliveries[0].notice_id == "bad":
            raise ValueError("https://localhost/SECRET cannot be written")
        return ""

    story.notices({"notice_id": "bad"}, {"notice_id": "good"})
    report = story.deliver(send=fail_at_one)["file"]
    assert [row.notice_id for row in report.sent] == ["good"]
    assert [row.problem for row in report.failed] == ["it could not be sent (ValueError)"]
    assert "SECRET" not in story.everything()


def test_a_channel_that_is_down_is_asked_once(story, path):
    asked = []

    def refuse(*_):
        asked.append(1)
        raise DeliveryError("no answer in time")

    story.notices(*({"notice_id": f"a{number}"} for number in range(5)))
    report = story.deliver(send=refuse)["file"]
    assert len(asked) == 3
    assert report.problem == "no answer in time"
    assert (len(report.failed), report.waiting) == (1, 4)
