"""A token in a request's URL is never logged by any process, whatever happens to the request."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import websocket

from tests.chaos.installation import promote
from tests.e2e.stack import Stack, stack, stop
from tests.support.people import WAIT, Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
BROKEN = {  # requests that gunicorn, pywsgi and gevent-websocket reject with log lines of their own
    "no version": "GET {path}\r\n\r\n",
    "a version of the future": "GET {path} HTTP/9.9\r\n\r\n",
    "no such method": "G\x00T {path} HTTP/1.1\r\nHost: test\r\n\r\n",
    "a space too many": "GET {path} and more HTTP/1.1\r\nHost: test\r\n\r\n",
    "a header that is none": "GET {path} HTTP/1.1\r\nHost\r\n\r\n",
    "half a request": "GET {path} HTTP/1.1\r\nHost: te",
    "a long address": "GET {path}&more={long} HTTP/1.1\r\nHost: test\r\n\r\n",
    "a length that is none": "POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: x\r\n\r\n",
    "a body that does not come": "POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n",
    "a key that is none": "GET {path} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n",
}


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    with stack(environment, tmp_path) as (started, _):
        started.web()
        yield started


def send(own: Stack, request: str) -> None:
    """Send an invalid request, and wait for the end of the connection."""
    with socket.create_connection(("127.0.0.1", own.port), timeout=WAIT) as wire:
        wire.sendall(request.encode())
        wire.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError):
            while wire.recv(65_536):
                pass


def addresses(admin: Person) -> list[str]:
    ticket = admin.post("/api/realtime/ticket").json()["data"]["ticket"]
    secrets = {"token": admin.token, "ticket": ticket}
    paths = ("/admin", "/ws", "/api/events", "/api/orders", "/nowhere")
    return [f"{path}?{name}={secret}" for path in paths for name, secret in secrets.items()]


def test_no_token_gets_into_a_log(own: Stack) -> None:
    with World(own.url) as world:
        admin = promote(own, world)
        secrets = addresses(admin)
        open_one = websocket.create_connection(own.url.replace("http", "ws") + secrets[0], timeout=WAIT)
        for path in secrets:
            requests.get(own.url + path, stream=True, timeout=WAIT).close()
            for request in BROKEN.values():
                send(own, request.format(path=path, long="x" * 10_000))
        stop(own.processes[0])
        open_one.shutdown()
    log = own.log("web")
    assert '"path":"/nowhere"' in log
    assert '"reason":"Invalid http version"' in log
    for secret in {path.rpartition("=")[2] for path in secrets}:
        assert secret not in log
        assert secret[:20] not in log
