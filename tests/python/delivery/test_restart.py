"""Killed in the middle, failing in the middle, two at once: the ledger has everything once."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from delivery.servers import HttpServer
from delivery.story import SECRET
from orchestration import settings
from orchestration.delivery import deliver as module
from orchestration.delivery.sending import send

COMMAND = "from orchestration.cli import main; main()"
# Commands have the clock of this machine; what is seen later is news to it.
LATER = "2200-01-01 00:00:00.000"


def start():
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "deliver"],
        cwd=settings.project_dir(),
        env=os.environ | {"TOKENHOUSE_LOCK_TIMEOUT_SECONDS": "60"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process):
    said, _ = process.communicate(timeout=100)
    return process.returncode, said


@pytest.fixture
def server(story, http):
    """Give a webhook for a story that has begun."""
    server = http()
    story.rules({"channel": "webhook"})
    story.notices()
    story.configure(WEBHOOK_URL=server.url, WEBHOOK_SECRET=SECRET)
    code, said = finish(start())
    assert code == 0, said
    return server


def arrived(server: HttpServer):
    return [
        (
            headers["webhook-id"],
            [notice["notice_id"] for notice in json.loads(body)["data"]["notices"]],
        )
        for _, headers, body in server.requests
    ]


def test_a_process_that_is_killed_while_it_sends_sends_the_same_message_again(story, server):
    story.notices({"notice_id": "a", "seen_at": LATER}, {"notice_id": "b", "seen_at": LATER})
    server.answers = [200, "silent"]
    process = start()
    deadline = time.monotonic() + 60
    while len(server.requests) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    finish(process)
    server.answers = [200]
    code, said = finish(start())
    assert code == 0, said
    # The first was taken and is not sent again; of the second nobody knows, so it is, as the same.
    first, second, again = arrived(server)
    assert first != second == again
    assert sorted(story.ledger("state, attempts")) == [("sent", 1), ("sent", 2)]
    assert finish(start())[0] == 0
    assert len(server.requests) == 3


def test_what_was_sent_when_the_ledger_could_not_be_written_is_not_sent_again(
    story, server, monkeypatch
):
    story.notices({"seen_at": LATER})
    settle, calls = module._settle, []

    def fail_at_the_end(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the disk is gone")
        settle(*arguments)

    monkeypatch.setattr(module, "_settle", fail_at_the_end)
    with pytest.raises(OSError, match="gone"):
        story.deliver(send=send)
    assert story.ledger() == [("new", "pending", 0)]
    story.deliver(send=send)
    assert story.ledger() == [("new", "sent", 1)]
    assert len(server.requests) == 1


def test_two_schedulers_at_the_same_time_tell_once(story, server):
    """R104: nothing reaches a channel twice, whoever delivers."""
    story.notices(*({"notice_id": f"a{number}", "seen_at": LATER} for number in range(8)))
    codes = [finish(process) for process in (start(), start(), start())]
    assert [code for code, _ in codes] == [0, 0, 0], codes
    assert sorted(ids for _, ids in arrived(server)) == [[f"a{number}"] for number in range(8)]
    assert story.ledger("state, attempts") == [("sent", 1)] * 8


def test_no_secret_is_stored_or_said(story, server):
    server.answers = [500]
    story.notices({"seen_at": LATER})
    code, said = finish(start())
    assert code == 1
    assert "localhost answered 500" in said
    shown = said + story.everything()
    home = settings.home()
    shown += "".join(
        path.read_text(errors="replace") for path in home.rglob("*.jsonl") if path.is_file()
    )
    for secret in (SECRET, "SECRETPATH"):
        assert secret not in shown
