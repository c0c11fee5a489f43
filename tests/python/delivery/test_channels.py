"""Real requests and mails to local servers that fail in every way; what a receiver can check."""

import base64
import email
import email.policy
import hashlib
import hmac
import json
import time

import pytest

from delivery.story import SECRET, at
from orchestration.delivery import ledger as ledger_module
from orchestration.delivery.channels import configured
from orchestration.delivery.http import DeliveryError
from orchestration.delivery.notices import Delivery, delivery_id, message_id
from orchestration.delivery.plan import Message
from orchestration.delivery.sending import send
from orchestration.errors import BadInputError

NOW = at("2026-03-02 12:00")
SECONDS = 1.0
# Names out of logs: markup, mentions, links, headers, control characters, text that turns around.
HOSTILE = (
    "<!channel> <@U1> *bold* `x` <http://evil|click> @all & <script>alert(1)</script>\r\n"
    "Bcc: victim@example.com\r\n\r\n\u202egnp\x1b[31m\x00 \ud800 🦊"
)


MAIL = {"EMAIL_TO": "a@b", "SMTP_URL": "smtp://h", "EMAIL_FROM": "a@b"}


def message(title="Outlier", **values):
    row = Delivery(
        values.pop("identity", "a" * 32),
        channel="slack",
        delivery_rule_id="rule",
        event="new",
        kind="alert",
        notice_id="alert-1",
        title=title,
        severity="critical",
        scope_id=values.pop("scope_id", "workflow:x"),
        created_at=NOW,
        **values,
    )
    return Message(message_id([row]), [row])


def channel(name, **variables):
    (found,) = configured(
        [name], {f"TOKENHOUSE_{key}": str(value) for key, value in variables.items()}
    )
    return found


def mailbox(server, scheme="smtp", login="me:pa%20ss@", **variables):
    return channel(
        "email",
        EMAIL_TO="ops@example.com, boss@example.com",
        EMAIL_FROM="tokenhouse@example.com",
        SMTP_URL=f"{scheme}://{login}localhost:{server.port}",
        **variables,
    )


def mail_in(server):
    ((recipients, data, is_secure),) = server.mails
    return recipients, email.message_from_bytes(data, policy=email.policy.default), is_secure


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
    from orchestration.delivery.webhook import signature

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


@pytest.mark.parametrize(("scheme", "is_tls"), [("smtp", False), ("smtps", True)])
def test_mail_goes_over_tls_with_a_login(mail, scheme, is_tls):
    """R063: alerts go by mail."""
    server = mail(is_tls=is_tls)
    assert send(mailbox(server, scheme), message(), NOW, SECONDS) == ""
    recipients, sent, is_secure = mail_in(server)
    assert is_secure
    assert len(recipients) == 2
    assert base64.b64decode(server.logins[0].split()[-1]) == b"\0me\0pa ss"
    assert sent["Subject"] == "[critical] Outlier"
    assert sent["Auto-Submitted"] == "auto-generated"


def test_names_are_no_headers_and_no_html_in_mail(mail):
    server = mail()
    send(mailbox(server), message(HOSTILE, description=HOSTILE, scope_id=HOSTILE), NOW, SECONDS)
    recipients, sent, _ = mail_in(server)
    assert len(recipients) == 2
    assert sent["Bcc"] is None
    assert sent.defects == []
    page = sent.get_body(("html",)).get_content()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in sent.get_body(("plain",)).get_content()


def test_a_mail_that_is_sent_again_is_the_same_and_an_end_answers_its_begin(mail):
    server = mail()
    there = mailbox(server)
    begin = Delivery(
        delivery_id("email", "alert-1", 1, "new"),
        "email",
        "r",
        "new",
        "alert",
        "alert-1",
        title="A",
    )
    end = Delivery(
        delivery_id("email", "alert-1", 1, "resolved"),
        "email",
        "r",
        "resolved",
        "alert",
        "alert-1",
        title="A",
    )
    for row in (begin, begin, end):
        send(there, Message(message_id([row]), [row]), NOW, SECONDS)
    ids = [email.message_from_bytes(data)["Message-ID"] for _, data, _ in server.mails]
    assert ids[0] == ids[1] != ids[2]
    assert email.message_from_bytes(server.mails[2][1])["In-Reply-To"] == ids[0]
    assert email.message_from_bytes(server.mails[2][1])["Subject"] == "[info] Over: A"


@pytest.mark.parametrize(
    ("fails", "reason"),
    [
        ("no_tls", "does not offer"),
        ("login", "refuses the login"),
        ("recipients", "refuses all 2"),
        ("data", "answered 451"),
        ("silent", "no answer in time"),
        ("drip", "no answer in time"),
        ("lost", "closed the connection"),
    ],
)
def test_mail_that_is_not_taken_fails_in_time_and_tells_no_password(mail, fails, reason):
    server = mail(fails=fails)
    began = time.monotonic()
    with pytest.raises(DeliveryError, match=reason) as caught:
        send(mailbox(server), message(), NOW, SECONDS)
    assert time.monotonic() - began < SECONDS + 2
    assert "pa ss" not in str(caught.value)
    assert "example.com" not in str(caught.value)
    if fails == "no_tls":
        assert not server.logins
        assert not server.mails


def test_a_mail_server_that_nobody_signed_gets_no_password(mail, monkeypatch):
    server = mail()
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(DeliveryError, match="not trusted"):
        send(mailbox(server), message(), NOW, SECONDS)
    assert not server.logins


def test_some_recipients_are_refused(mail):
    there = mailbox(mail())
    there = channel(
        "email",
        EMAIL_TO="ops@example.com,nobody@example.com",
        EMAIL_FROM="tokenhouse@example.com",
        SMTP_URL=f"smtp://localhost:{there.port}",
    )
    assert send(there, message(), NOW, SECONDS) == "1 of 2 recipients were refused"


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
