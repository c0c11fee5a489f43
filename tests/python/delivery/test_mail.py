"""Real mails to a local server that fails in every way."""

import base64
import email
import email.policy
import time

import pytest

from delivery.messages import HOSTILE, NOW, SECONDS, channel, message
from orchestration.delivery.http import DeliveryError
from orchestration.delivery.notices import Delivery, Message, delivery_id, message_id
from orchestration.delivery.sending import send


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
