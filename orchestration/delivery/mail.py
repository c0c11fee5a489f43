"""Messages by mail, over TLS."""

import html
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formatdate

from orchestration.delivery.channels import Email
from orchestration.delivery.http import Cut, DeliveryError, cut_at, reason_of
from orchestration.delivery.notices import Delivery, clean, headline

__all__ = ["mail_message", "send_mail"]

_LONGEST_SUBJECT = 150
# This machine, as servers are given it: to look its name up takes seconds where there is
# none.
_NAME = "localhost"


def send_mail(channel: Email, mail: EmailMessage, seconds: float) -> str:
    """Send a mail.

    Parameters
    ----------
    channel : Email
        The server and the recipients.
    mail : EmailMessage
        The mail.
    seconds : float
        When to give up.

    Returns
    -------
    str
        What a reader of the ledger should know: how many recipients were refused; or empty.

    Raises
    ------
    DeliveryError
        If nobody gets it.
    """
    cut = Cut()
    try:
        with _session(channel, seconds, cut) as server:
            refused = server.send_message(mail, channel.sender, list(channel.recipients))
    except smtplib.SMTPRecipientsRefused:
        raise DeliveryError(
            f"{channel.host} refuses all {len(channel.recipients)} recipients", is_message=True
        ) from None
    except smtplib.SMTPAuthenticationError:
        raise DeliveryError(f"{channel.host} refuses the login") from None
    except smtplib.SMTPNotSupportedError:
        raise DeliveryError(f"{channel.host} does not offer what is needed: TLS or login") from None
    except smtplib.SMTPServerDisconnected:
        reason = "no answer in time" if cut.is_over else "it closed the connection"
        raise DeliveryError(f"{channel.host}: {reason}") from None
    except smtplib.SMTPResponseException as error:
        is_message = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
        raise DeliveryError(
            f"{channel.host} answered {error.smtp_code}", is_message=is_message
        ) from None
    except smtplib.SMTPException as error:
        raise DeliveryError(f"{channel.host}: {type(error).__name__}") from None
    except OSError as error:
        raise DeliveryError(f"{channel.host}: {reason_of(error, cut.is_over)}") from None
    return f"{len(refused)} of {len(channel.recipients)} recipients were refused" if refused else ""


def mail_message(
    channel: Email,
    message: str,
    deliveries: list[Delivery],
    now: float,
    *,
    answers: str = "",
    report: str = "",
) -> EmailMessage:
    """Return a mail, as text and as HTML, in which a name is a name.

    Parameters
    ----------
    channel : Email
        From whom, to whom.
    message : str
        Its identity, the same at every attempt.
    deliveries : list of Delivery
        What it says.
    now : float
        Seconds since 1970.
    answers : str, optional
        The message that it goes on from.
    report : str, optional
        An HTML page that goes with it.
    """
    first = deliveries[0]
    subject = (
        f"[{first.severity}] {headline(first)}" if first.event != "report" else headline(first)
    )
    if len(deliveries) > 1:
        subject = f"{len(deliveries)} things: {subject}"
    mail = EmailMessage()
    mail["Subject"] = clean(subject, _LONGEST_SUBJECT)
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.recipients)
    mail["Date"] = formatdate(now)
    mail["Message-ID"] = _mail_id(channel, message)
    if answers:
        mail["In-Reply-To"] = mail["References"] = _mail_id(channel, answers)
    # No robot answers a robot (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join("\n".join(_lines(delivery)) for delivery in deliveries) + "\n")
    mail.add_alternative(_html(deliveries), subtype="html")
    if report:
        mail.add_attachment(report, subtype="html", filename=f"tokenhouse-{first.notice_id}.html")
    return mail


def _lines(delivery: Delivery) -> list[str]:
    lines = [
        headline(delivery),
        clean(delivery.description),
        clean(delivery.recommendation) if delivery.event != "resolved" else "",
        f"{delivery.severity}, {clean(delivery.scope_id, 200)}" if delivery.scope_id else "",
    ]
    return [line for line in lines if line]


def _html(deliveries: list[Delivery]) -> str:
    parts = []
    for delivery in deliveries:
        title, *lines = (html.escape(line) for line in _lines(delivery))
        parts.append(f"<p><b>{title}</b>{''.join(f'<br>{line}' for line in lines)}</p>")
    return f"<!doctype html><html><body>{''.join(parts)}</body></html>\n"


def _mail_id(channel: Email, message: str) -> str:
    return f"<{message}@{channel.sender.rpartition('@')[2]}>"


@contextmanager
def _session(channel: Email, seconds: float, cut: Cut) -> Iterator[smtplib.SMTP]:
    """Open a session, log in, and say goodbye."""
    context = ssl.create_default_context()
    if channel.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            context=context, timeout=seconds, local_hostname=_NAME
        )
    else:
        server = smtplib.SMTP(timeout=seconds, local_hostname=_NAME)
    # What a certificate is held against; connecting in the constructor would have no deadline.
    server._host = channel.host  # type: ignore[attr-defined]
    try:
        with cut_at(lambda: server.sock, seconds, cut):
            server.connect(channel.host, channel.port)
            if channel.security == "starttls":
                server.starttls(context=context)
            if channel.user:
                server.login(channel.user, channel.password)
            yield server
            # It was taken: how the server says goodbye makes no difference.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    finally:
        server.close()
