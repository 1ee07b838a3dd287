"""Invalid WebSocket handshakes: they are answered in the contract's form, and logged without a stack."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.support.people import WAIT, World
from tests.support.plain_clients import ticket

RIGHT = {
    "Host": "test",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "bWV0YWlhLWNoYW9zIHRlcw==",
}
WRONG = {
    "no key": {"Sec-WebSocket-Key": None},
    "a short key": {"Sec-WebSocket-Key": "c2hvcnQ="},
    "a key that is no base64": {"Sec-WebSocket-Key": "x"},
    "a key of strange letters": {"Sec-WebSocket-Key": "äöü"},
    "no version": {"Sec-WebSocket-Version": None},
    "another version": {"Sec-WebSocket-Version": "99"},
    "no upgrade of the connection": {"Connection": "close"},
    "another protocol": {"Upgrade": "h2c"},
}
PATHS = {"/ws": 426, "/admin?token=x": 426, "/socket.io/?EIO=4&transport=websocket": 426}


def answer(world: World, path: str, headers: dict[str, str | None], version: str = "1.1") -> tuple[int, str]:
    """Return status and body of the answer to a handshake."""
    lines = [f"{name}: {value}\r\n" for name, value in (RIGHT | headers).items() if value is not None]
    with socket.create_connection(("127.0.0.1", urlsplit(world.url).port or 0), timeout=WAIT) as wire:
        wire.sendall(f"GET {path} HTTP/{version}\r\n{''.join(lines)}\r\n".encode())
        with wire.makefile("rb") as stream:
            head = stream.readline()
            given = [line.lower() for line in iter(stream.readline, b"\r\n")]
            lengths = [int(line[15:]) for line in given if line.startswith(b"content-length:")]
            body = stream.read(sum(lengths)).decode()
    return int(head.split()[1]), body


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
def test_an_invalid_handshake_is_answered_with_the_error(
    world: World, path: str, headers: dict[str, str | None], capfd: pytest.CaptureFixture[str]
) -> None:
    status, body = answer(world, path, headers)
    assert status == PATHS[path]
    if status == 426:
        assert json.loads(body)["error"]["code"] == "upgrade_required"
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("path", PATHS)
def test_a_handshake_of_http_1_0_is_answered_with_the_error(world: World, path: str) -> None:
    assert answer(world, path, {}, version="1.0")[0] == PATHS[path]


@pytest.mark.parametrize("path", ["/ws", "/admin", "/socket.io/?EIO=4&transport=websocket"])
def test_a_valid_handshake_is_accepted_without_compression(world: World, path: str) -> None:
    """Nothing is ever inflated, so there are no decompression bombs: compressed frames are refused by their bit."""
    path = {
        "/ws": f"/ws?ticket={ticket(world.person())}",
        "/admin": f"/admin?token={world.staff().token}",
    }.get(path, path)
    offered = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    with socket.create_connection(("127.0.0.1", urlsplit(world.url).port or 0), timeout=WAIT) as wire:
        lines = "".join(f"{name}: {value}\r\n" for name, value in (RIGHT | offered).items())
        wire.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        with wire.makefile("rb") as stream:
            got = b"".join(iter(stream.readline, b"\r\n"))
    assert got.startswith(b"HTTP/1.1 101 ")
    assert b"extensions" not in got.lower()
