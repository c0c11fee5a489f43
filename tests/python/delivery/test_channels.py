"""Real requests to local servers that fail in every way; what a receiver can check."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from delivery.messages import HOSTILE, NOW, SECONDS, channel, message
from delivery.story import SECRET
from orchestration.delivery import ledger as ledger_module
from orchestration.delivery.http import DeliveryError
from orchestration.delivery.notices import Message
from orchestration.delivery.sending import send
from orchestration.delivery.webhook import signature
from orchestration.errors import BadInputError

MAIL = {"EMAIL_TO": "a@b", "SMTP_URL": "smtp://h", "EMAIL_FROM": "a@b"}


@pytest.mark.parametrize(
    "answer", [500, 503, 404, 410, "silent", "close", "drip", "garbage", "redirect"]
)
@pytest.mark.parametrize("kind", ["slack", "webhook"])
def test_a_request_that_is_not_taken_fails_in_time_and_names_no_address(http, kind, answer):
    server = http(answer)
    variables = {
        "WEBHOOK_URL": server.url,
        "WEBHOOK_SECRET": SECRET,
        "SLACK_WEBHOOK_URL": server.url,
    }
    began = time.monotonic()
    with pytest.raises(DeliveryError) as caught:
        send(channel(kind, **variables), message(), NOW, SECONDS)
    assert time.monotonic() - began < SECONDS + 2
    assert str(caught.value).startswith("localhost")
    assert "SECRET" not in repr(caught.value) + repr(channel(kind, **variables))
    assert caught.value.__cause__ is None


def test_a_server_that_is_gone_or_half_open(http, serve):
    server = http()
    there = channel("slack", SLACK_WEBHOOK_URL=server.url)
    server.close()
    with pytest.raises(DeliveryError, match="refuses connections"):
        send(there, message(), NOW, SECONDS)


def test_a_certificate_that_nobody_signed_is_refused(http, pem, monkeypatch):
    server = http(tls=pem)
    there = channel("slack", SLACK_WEBHOOK_URL=server.url)
    with pytest.raises(DeliveryError, match="not trusted"):
        send(there, message(), NOW, SECONDS)
    assert not server.requests
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    send(there, message(), NOW, SECONDS)
    assert len(server.requests) == 1


def test_an_answer_that_asks_to_wait_is_heard(http):
    there = channel("slack", SLACK_WEBHOOK_URL=http(429).url)
    with pytest.raises(DeliveryError) as caught:
        send(there, message(), NOW, SECONDS)
    assert not caught.value.is_message


def test_webhooks_are_signed_as_the_standard_says(http):
    """R079: a webhook, by the reference vector of the specification, then on a real request."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    reference = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature((key,), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == reference

    server = http()
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    there = channel("webhook", WEBHOOK_URL=server.url, WEBHOOK_SECRET=f"{other} {SECRET}")
    first = message(HOSTILE)
    send(there, first, NOW, SECONDS)
    send(there, first, NOW + 60, SECONDS)
    (_, headers, body), (_, again, _) = server.requests
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{expected}" in headers["webhook-signature"].split(" ")
    # What is sent again has the same id and a new time, so that a receiver can refuse both replays.
    assert headers["webhook-id"] == again["webhook-id"]
    assert headers["webhook-timestamp"] == str(int(NOW))
    assert again["webhook-timestamp"] == str(int(NOW) + 60)
    (notice,) = json.loads(body)["data"]["notices"]
    assert notice["event"] == "new"
    assert notice["notice_id"] == "alert-1"
    assert "\n" not in notice["title"]


def test_names_are_no_markup_in_slack(http):
    server = http()
    send(
        channel("slack", SLACK_WEBHOOK_URL=server.url),
        message(HOSTILE, description=HOSTILE),
        NOW,
        SECONDS,
    )
    ((_, _, body),) = server.requests
    said = json.loads(body)
    assert {block["text"]["type"] for block in said["blocks"]} == {"plain_text"}
    assert "<" not in said["text"]
    assert "&lt;!channel&gt;" in said["text"]
    assert "@all" not in said["text"]
    assert said["mrkdwn"] is False
    for text in (said["text"], *(block["text"]["text"] for block in said["blocks"])):
        assert not set(text) & {"\x00", "\x1b", "\r", "\u202e", "\ud800"}
    assert len(said["blocks"][0]["text"]["text"]) <= 150


def test_slack_gets_no_more_blocks_than_it_takes(http):
    server = http()
    rows = [message(HOSTILE * 9, identity=f"{number:032}").deliveries[0] for number in range(120)]
    send(channel("slack", SLACK_WEBHOOK_URL=server.url), Message("m", rows), NOW, SECONDS)
    blocks = json.loads(server.requests[0][2])["blocks"]
    assert len(blocks) == 50
    assert "72 more" in blocks[-1]["text"]["text"]
    assert max(len(block["text"]["text"]) for block in blocks) <= 3000


def test_a_file_is_appended_to_and_a_cut_line_ends(tmp_path):
    path = tmp_path / "new" / "alerts.jsonl"
    there = channel("file", ALERTS_FILE=path)
    send(there, message(HOSTILE, identity="a"), NOW, SECONDS)
    with path.open("a") as file:
        file.write('{"delivery_id": "cut')
    send(there, message(identity="b"), NOW, SECONDS)
    send(there, message(identity="b", attempts=1), NOW, SECONDS)
    lines = path.read_text().splitlines()
    assert [json.loads(line)["delivery_id"] for line in (lines[0], lines[2])] == ["a", "b"]
    assert len(lines) == 3


def test_a_file_that_cannot_be_written_fails(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="cannot be written"):
        send(channel("file", ALERTS_FILE=tmp_path / "file" / "x"), message(), NOW, SECONDS)


@pytest.mark.parametrize(
    ("name", "variables", "named"),
    [
        ("slack", {"SLACK_WEBHOOK_URL": "hooks.slack.com/SECRET"}, "SLACK_WEBHOOK_URL"),
        ("slack", {"SLACK_WEBHOOK_URL": "http://example.com/SECRET"}, "SLACK_WEBHOOK_URL"),
        ("slack", {"SLACK_WEBHOOK_URL": "https://h/SECRET\nHost: x"}, "SLACK_WEBHOOK_URL"),
        ("slack", {"SLACK_WEBHOOK_URL": "https://h/é/SECRET"}, "SLACK_WEBHOOK_URL"),
        ("slack", {"SLACK_WEBHOOK_URL": "https://a..b/SECRET"}, "SLACK_WEBHOOK_URL"),
        ("email", MAIL | {"SMTP_URL": "smtps://u:SECRET@a..b"}, "SMTP_URL"),
        ("slack:data", {"SLACK_WEBHOOK_URL_DATA": "ftp://SECRET"}, "SLACK_WEBHOOK_URL_DATA"),
        ("webhook", {"WEBHOOK_URL": "https://h"}, "WEBHOOK_SECRET"),
        ("webhook", {"WEBHOOK_URL": "https://h", "WEBHOOK_SECRET": "SECRET"}, "WEBHOOK_SECRET"),
        ("email", {"EMAIL_TO": "a@example.com"}, "TOKENHOUSE_SMTP_URL"),
        ("email", MAIL | {"EMAIL_TO": "a@b\r\nBcc: SECRET@c"}, "EMAIL_TO"),
        ("email", MAIL | {"SMTP_URL": "mail:SECRET@h"}, "SMTP_URL"),
        ("email", MAIL | {"SMTP_URL": "smtp://u:SECRET@h?tls=none"}, "SMTP_URL"),
    ],
)  # fmt: skip
def test_wrong_settings_are_named_and_not_shown(name, variables, named):
    with pytest.raises(BadInputError, match=named) as caught:
        channel(name, **variables)
    assert "SECRET" not in str(caught.value).replace("WEBHOOK_SECRET", "")


def test_the_vars_of_the_project_are_limits():
    assert ledger_module.project_limits().attempts > 1
