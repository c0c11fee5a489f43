"""Fixtures of the delivery tests: a home with notices that a test writes, and local servers."""

import os

import pytest

from delivery.servers import HttpServer, MailServer, certificate
from delivery.story import Story


@pytest.fixture
def story(tmp_path, monkeypatch):
    """Give a home with no notices, at a moment that the test moves."""
    for name in list(os.environ):
        if name.startswith(("TOKENHOUSE_", "CLICKHOUSE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))
    return Story(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def pem(tmp_path_factory):
    """Give a certificate of this machine."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def serve():
    """Return a function that starts a server, which ends with the test."""
    servers = []

    def start(make, **options):
        servers.append(make(**options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def http(serve):
    """Return a function that starts a server of webhooks."""
    return lambda *answers, **options: serve(HttpServer, answers=list(answers) or [200], **options)


@pytest.fixture
def mail(serve, pem, monkeypatch):
    """Return a function that starts a mail server whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return lambda **options: serve(MailServer, certificate=pem, **options)
