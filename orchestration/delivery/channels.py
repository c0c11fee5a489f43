"""Channels, as the environment configures them.

A channel that is not configured gets nothing. Secrets are in the environment only: no message, log
or table holds one, and errors name variables and hosts, never addresses.
"""

import base64
import binascii
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from orchestration import settings
from orchestration.errors import BadInputError

__all__ = ["Channel", "Email", "File", "Slack", "Webhook", "channel_of", "configured"]

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# The specification of Standard Webhooks wants 24 to 64 bytes.
_SECRET_BYTES = range(24, 65)


@dataclass(frozen=True)
class Channel:
    """Where messages go.

    Attributes
    ----------
    name : str
        As rules name it: ``slack``, or ``slack:data`` for another one.
    """

    name: str


@dataclass(frozen=True)
class Slack(Channel):
    """A webhook that takes Slack's messages; its address is a secret."""

    url: str = field(repr=False)


@dataclass(frozen=True)
class Webhook(Channel):
    """A webhook that gets signed JSON, as Standard Webhooks defines it.

    Attributes
    ----------
    keys : tuple of bytes
        Keys to sign with: while a secret is replaced, the new and the old one.
    """

    url: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Email(Channel):
    """Recipients, and the server that takes their mail."""

    host: str
    port: int
    # `tls` from the first byte, `starttls`, or `none`, which only this machine may have.
    security: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class File(Channel):
    """A file of JSON lines."""

    path: Path


def configured(names: Iterable[str], environment: Mapping[str, str] | None = None) -> list[Channel]:
    """Return those channels that the environment configures.

    Parameters
    ----------
    names : iterable of str
        Channels that rules name.
    environment : mapping, optional
        Variables; by default those of the process.

    Raises
    ------
    BadInputError
        If a setting is wrong, or one that goes with it is missing.
    """
    variables = os.environ if environment is None else environment
    found = (channel_of(name, variables) for name in sorted(set(names)))
    return [channel for channel in found if channel is not None]


def channel_of(name: str, environment: Mapping[str, str]) -> Channel | None:
    """Return a channel, or None where it is not configured.

    Parameters
    ----------
    name : str
        Such as ``slack`` or ``slack:data``, whose variables end with ``_DATA``.
    environment : mapping
        Variables.

    Raises
    ------
    BadInputError
        If a setting is wrong, or one that goes with it is missing.
    """
    kind, _, which = name.partition(":")
    made = {"slack": _slack, "webhook": _webhook, "email": _email, "file": _file}
    if kind not in made:
        raise BadInputError(
            f"The channel {name!r} of a delivery rule is none of slack, webhook, email and file."
        )
    return made[kind](name, _Variables(environment, f"_{which.upper()}" if which else ""))


@dataclass(frozen=True)
class _Variables:
    """The variables of one channel."""

    environment: Mapping[str, str]
    suffix: str

    def name(self, variable: str) -> str:
        """Return the full name of a variable."""
        return f"TOKENHOUSE_{variable}{self.suffix}"

    def get(self, variable: str) -> str:
        """Return a variable of this channel; empty without."""
        return self.environment.get(self.name(variable), "").strip()

    def shared(self, variable: str) -> str:
        """Return a variable that channels of a kind may share."""
        return self.get(variable) or self.environment.get(f"TOKENHOUSE_{variable}", "").strip()

    def bad(self, variable: str, advice: str) -> BadInputError:
        """Return an error that names the variable, and not what it holds."""
        return BadInputError(f"{self.name(variable)} {advice}.")


def _slack(name: str, variables: _Variables) -> Channel | None:
    url = variables.get("SLACK_WEBHOOK_URL")
    return Slack(name, _web_address(variables, "SLACK_WEBHOOK_URL", url)) if url else None


def _webhook(name: str, variables: _Variables) -> Channel | None:
    url = variables.get("WEBHOOK_URL")
    if not url:
        return None
    secrets = variables.get("WEBHOOK_SECRET").split()
    if not secrets:
        raise variables.bad(
            "WEBHOOK_SECRET",
            "is not set, and webhooks are signed: set it to whsec_ and the output of "
            "`openssl rand -base64 32`",
        )
    keys = tuple(_key(variables, secret) for secret in secrets)
    return Webhook(name, _web_address(variables, "WEBHOOK_URL", url), keys)


def _key(variables: _Variables, secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith("whsec_") or len(key) not in _SECRET_BYTES:
        raise variables.bad(
            "WEBHOOK_SECRET", "is no secret: it is whsec_ and 24 to 64 bytes in base64"
        )
    return key


def _email(name: str, variables: _Variables) -> Channel | None:
    recipients = [text.strip() for text in variables.get("EMAIL_TO").split(",") if text.strip()]
    if not recipients:
        return None
    url, sender = variables.shared("SMTP_URL"), variables.shared("EMAIL_FROM")
    if not url or not sender:
        raise variables.bad(
            "EMAIL_TO", "is set: TOKENHOUSE_SMTP_URL and TOKENHOUSE_EMAIL_FROM go with it"
        )
    for variable, addresses in (("EMAIL_TO", recipients), ("EMAIL_FROM", [sender])):
        if not all(_is_address(address) for address in addresses):
            raise variables.bad(variable, "holds what is no mail address")
    parts = _parts(url)
    security = {"smtps": "tls", "smtp": "starttls"}.get(parts.scheme if parts else "")
    if parts is None or security is None or not parts.hostname:
        raise variables.bad(
            "SMTP_URL", "is no smtp://user:password@host:587 (STARTTLS) or smtps://…:465 (TLS)"
        )
    if parse_qs(parts.query).get("tls") == ["none"]:
        if parts.hostname not in _LOOPBACK:
            raise variables.bad("SMTP_URL", "has tls=none, which only a server on this machine may")
        security = "none"
    return Email(
        name,
        host=parts.hostname,
        port=parts.port or (465 if security == "tls" else 587),
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
        recipients=tuple(recipients),
    )


def _file(name: str, variables: _Variables) -> Channel | None:
    path = variables.get("ALERTS_FILE")
    return File(name, settings.start_of_paths() / Path(path).expanduser()) if path else None


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and not set(text) & set(' \t\r\n,;<>"') and text.isascii()


def _web_address(variables: _Variables, variable: str, url: str) -> str:
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise variables.bad(variable, "is no web address")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise variables.bad(variable, "begins with http://, which others can read: use https://")
    return url


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return None if any(character <= " " for character in url) or not _is_sent(parts) else parts


def _is_sent(parts: SplitResult) -> bool:
    """Tell whether a host has a name on the net, and a path is written as it is sent."""
    try:
        (parts.hostname or "").encode("idna")
    except UnicodeError:
        return False
    return f"{parts.path}{parts.query}".isascii()
