"""Who may ask: the Host and Origin of a request, and the password."""

import hmac
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.serving.errors import QueryError
from orchestration.serving.requests import Credentials

__all__ = ["Access", "is_loopback"]

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_DENIED = 497
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]@/]+))(?::\d+)?")


@dataclass(frozen=True)
class Access:
    """What a request has to show.

    Attributes
    ----------
    host : str
        Where the server listens.
    password : str
        Empty if none is asked for.
    allowed_hosts : sequence of str
        Further names by which clients call the server.
    """

    host: str
    password: str = ""
    allowed_hosts: Sequence[str] = ()

    def check_browser(self, headers: Mapping[str, str]) -> None:
        """Refuse what another web page makes a browser send.

        A page of another site can have its name point to this machine (DNS rebinding), or send
        requests without reading the answers: both show in headers that it cannot change.

        Parameters
        ----------
        headers : mapping of str to str
            Headers of the request.

        Raises
        ------
        QueryError
            If the request was meant for another host, or comes from another site.
        """
        hosts = [value for name, value in headers.items() if name.lower() == "host"]
        # A request with several says nothing.
        called = hosts[0].lower() if len(hosts) == 1 else ""
        name = _name(called)
        if not self._is_ours(name):
            raise QueryError(
                _DENIED,
                f"This server is not known as {name or 'nothing'}: start it with --allowed-host "
                f"{name or 'NAME'} if it should be.",
            )
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != called:
            raise QueryError(_DENIED, "Requests from pages of other sites are refused.")
        site = headers.get("sec-fetch-site", "")
        if site in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
            raise QueryError(_DENIED, "Requests from pages of other sites are refused.")

    def check_password(self, given: Credentials) -> None:
        """Refuse a request without the password, where there is one.

        Parameters
        ----------
        given : Credentials
            What the request has; any user name will do.

        Raises
        ------
        QueryError
            If the password is missing or wrong.
        """
        if not self.password:
            return
        if not given.is_given:
            raise QueryError(194, "Password required: give it with HTTP Basic authentication.")
        if not hmac.compare_digest(given.password.encode(), self.password.encode()):
            raise QueryError(516, f"{given.user}: Authentication failed: password is incorrect.")

    def _is_ours(self, name: str) -> bool:
        if name in (*_LOOPBACK, *(one.lower() for one in (self.host, *self.allowed_hosts))):
            return True
        if is_loopback(self.host):
            return False
        # A name can be made to point here, an address cannot.
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host.

    Parameters
    ----------
    host : str
        A name or an address.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _name(called: str) -> str:
    """Return the host without the port; empty if it is written in another way."""
    found = _HOST.fullmatch(called)
    return (found[1] or found[2]) if found else ""
