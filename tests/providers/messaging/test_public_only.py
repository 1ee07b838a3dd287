"""Calls to addresses that come from outside: hosts with a private address are refused before a byte is sent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from requests import Session
from requests.exceptions import ConnectionError as NoConnection

from metaia.providers.errors import Temporary
from metaia.providers.messaging.interface import Push, Sent
from metaia.providers.public_only import restrict
from tests.providers.messaging.conftest import outcome
from tests.providers.messaging.test_push import at
from tests.support.vendors import Vendors

KEY = "VAPID_PRIVATE_KEY"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Give a server on this machine that must not hear of a request."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        there.settimeout(0.2)
        yield there


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name lead to some addresses, as a DNS server of an attacker may."""

    def found(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        del host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


def received(listener: socket.socket) -> bytes:
    """Return what the first client has sent; nothing if it has closed its connection, or there is none."""
    try:
        client, _ = listener.accept()
    except TimeoutError:
        return b""
    with client:
        client.settimeout(0.2)
        return client.recv(1000)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["push.example", "localhost", "127.0.0.1"])
def test_a_name_that_leads_here_gets_no_byte(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket, scheme: str, host: str
) -> None:
    port = listener.getsockname()[1]
    resolve(monkeypatch, "127.0.0.1")
    with Session() as session:
        restrict(session, ["https://push.example", "https://*.example"])
        with pytest.raises(NoConnection, match="private address"):
            session.post(f"{scheme}://{host}:{port}/", data=b"secret", timeout=2)
    assert received(listener) == b""


def test_an_address_that_the_operator_has_listed_is_called(vendors: Vendors) -> None:
    assert isinstance(outcome(vendors.provider("webpush"), at(vendors.stub)), Sent)


def test_a_subscription_with_a_name_that_leads_here_is_not_called(
    monkeypatch: pytest.MonkeyPatch, vendors: Vendors
) -> None:
    port = vendors.stub.url.rpartition(":")[2]
    provider = vendors.provider("webpush", WEBPUSH_SERVICES=f"http://*.example:{port}")
    resolve(monkeypatch, "127.0.0.1")
    message = Push(
        "k", "webpush", f"http://a.example:{port}/push/x", "t", "b", {}, keys=at(vendors.stub).keys
    )
    failed = outcome(provider, message)
    assert isinstance(failed, Temporary)
    assert "127.0.0.1" not in str(failed)
    assert vendors.stub.arrived == []
