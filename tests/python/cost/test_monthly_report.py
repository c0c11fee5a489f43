"""The report of a month by mail."""

import email
import email.policy
from datetime import date

import pytest

from delivery.servers import MailServer, certificate
from orchestration.delivery.channels import channel_of
from orchestration.delivery.notices import Delivery, Message
from orchestration.delivery.sending import send
from orchestration.serving.page.choice import Choice
from orchestration.serving.page.report import report_of_month


@pytest.fixture
def server(tmp_path, monkeypatch):
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    server = MailServer(certificate=pem)
    yield server
    server.close()


def test_who_has_subscribed_gets_the_report_of_a_month(dashboard, server):
    """R063: the report of a month goes by mail to whoever has subscribed to it."""
    variables = {
        "TOKENHOUSE_EMAIL_TO_REPORT": "boss@example.com",
        "TOKENHOUSE_EMAIL_FROM": "tokenhouse@example.com",
        "TOKENHOUSE_SMTP_URL": f"smtp://localhost:{server.port}",
    }
    assert channel_of("email", variables) is None
    channel = channel_of("email:report", variables)
    ((last,),) = [
        row.values() for row in dashboard.rows("select max(date) as last from marts.daily_costs")
    ]
    month = f"{last:%Y-%m}"
    row = Delivery(
        "d",
        channel="email:report",
        delivery_rule_id="email_report",
        event="report",
        kind="report",
        notice_id=month,
        title=f"Report of {month}",
    )
    with dashboard.selected():
        send(channel, Message("msg_1", [row]), 1772452800.0, 60.0)
    ((recipients, data, is_secure),) = server.mails
    assert is_secure
    assert len(recipients) == 1
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert mail["Subject"] == f"Report of {month}"
    (page,) = mail.iter_attachments()
    assert page.get_filename() == f"tokenhouse-{month}.html"
    text = page.get_content()
    assert text.startswith("<!doctype html>")
    assert "$" in text


def test_an_earlier_month_has_its_own_days(dashboard):
    with dashboard.queried() as client:
        page = report_of_month(client, "2020-02")
    assert "In 29 days" in page


@pytest.mark.parametrize(
    ("last_of_data", "period", "days", "last"),
    [
        ("2026-11-20", "2026-10", 31, "2026-10-31"),
        ("2026-10-31", "month", 31, "2026-10-31"),
        ("2026-10-20", "month", 20, "2026-10-20"),
    ],
)
def test_a_month_ends_with_the_data(last_of_data, period, days, last):
    known = date.fromisoformat(last_of_data)
    choice = Choice(period="month", end=date(2026, 10, 31)).resolved(date(2026, 1, 1), known)
    found, end = choice.ended(known)
    assert (found.period, found.days, end) == (period, days, date.fromisoformat(last))
