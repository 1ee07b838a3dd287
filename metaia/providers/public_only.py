"""HTTP calls to addresses that come from outside: connections to private networks are refused.

The address is checked after the TCP connection and before TLS or a request, so no answer of DNS that changes between a
check and its use can get around it. A proxy of the environment (HTTPS_PROXY) is called as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from metaia.network.addresses import is_public


class _PublicHttp(HTTPConnection):
    def _new_conn(self) -> Any:
        return _checked(self, super()._new_conn())


class _PublicHttps(HTTPSConnection):
    def _new_conn(self) -> Any:
        return _checked(self, super()._new_conn())


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _PublicHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHttps


class PublicOnly(HTTPAdapter):
    """An adapter for requests that connects to public addresses only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Create the pools, with connections that check their peer."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def restrict(session: Session, origins: Iterable[str]) -> None:
    """Restrict a session to public addresses, but for those of `origins` that name an IP address or this machine.

    Their addresses are the operator's own decision, as with the stub vendors of `make run`.
    """
    for scheme in ("http://", "https://"):
        session.mount(scheme, PublicOnly())
    for origin in origins:
        if _is_address(urlsplit(origin).hostname):
            session.mount(f"{origin}/", HTTPAdapter())


def _checked(connection: HTTPConnection, socket: Any) -> Any:
    if not is_public(socket.getpeername()[0]):
        socket.close()
        raise NewConnectionError(connection, "the host has a private address")
    return socket


def _is_address(host: str | None) -> bool:
    try:
        return host == "localhost" or bool(ip_address(host or ""))
    except ValueError:
        return False
