"""Calls of addresses that users choose: one deadline, no redirect, no private address, also of a host that moves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from metaia.providers import public_calls

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Said: yes\r\n\r\nhello"
Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[tuple[str, list[int]]]:
    """Give the origin of a server, and a list with an element for each connection."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        seen: list[int] = []

        def handle(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                serve(connection)

        def run() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    seen.append(1)
                    threading.Thread(target=handle, args=(connection,), daemon=True).start()

        threading.Thread(target=run, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", seen
        listening.shutdown(socket.SHUT_RDWR)


def post(origin: str, body: bytes = b"{}", *, local: bool = True) -> public_calls.Answer:
    return public_calls.post(f"{origin}/a?b=c", {}, body, seconds=1, local=[origin] if local else [])


def test_an_answer_has_its_status_headers_and_beginning():
    received = []

    def serve(connection: socket.socket) -> None:
        received.append(connection.recv(65536))
        connection.sendall(OK)

    with server(serve) as (origin, _):
        found = post(origin)
    assert (found.status, found.headers["x-said"], found.text) == (200, "yes", "hello")
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")
    assert head.count(b"Content-Length: 2") == head.count(b"Host:") == 1
    assert body in {b"", b"{}"}  # a receive may end before the body


def test_a_long_answer_is_not_read_to_its_end():
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000)

    with server(serve) as (origin, _):
        assert len(post(origin).text) == public_calls.MOST_READ


def drips_headers(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 20:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def drips_body(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
    for _ in range(99):
        connection.sendall(b"x")
        time.sleep(0.2)


def hangs(connection: socket.socket) -> None:
    time.sleep(10)


@pytest.mark.parametrize("serve", [drips_headers, drips_body, hangs])
def test_a_slow_receiver_fails_at_the_deadline(serve: Serve):
    with server(serve) as (origin, _), pytest.raises(public_calls.CallFailed, match="within 1 seconds"):
        post(origin)


def test_a_receiver_that_reads_nothing_fails_at_the_deadline():
    with server(hangs) as (origin, _), pytest.raises(public_calls.CallFailed, match="within 1 seconds"):
        post(origin, b"x" * 30_000_000)


@pytest.mark.parametrize(
    "answer", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 two OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x" * 99_999]
)
def test_nonsense_is_a_failure(answer: bytes):
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    with server(serve) as (origin, _), pytest.raises(public_calls.CallFailed):
        post(origin)


def test_no_packet_goes_to_a_private_address():
    with server(lambda connection: connection.sendall(OK)) as (origin, seen):
        port = origin.rpartition(":")[2]
        for host in (
            "127.0.0.1",
            "localhost",
            "2130706433",
            "[::ffff:127.0.0.1]",
            "[::1]",
            "[64:ff9b::7f00:1]",
        ):
            with pytest.raises(public_calls.PrivateAddress):
                post(f"http://{host}:{port}", local=False)
        assert seen == []


def test_a_host_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(public_calls, "resolve", lambda *_: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(public_calls.PrivateAddress):
        post("http://rebinding.example", local=False)


def test_a_host_is_resolved_once_and_called_at_the_checked_address(monkeypatch: pytest.MonkeyPatch):
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    called: list[str] = []

    def connect(address: tuple[str, int], **_: object) -> socket.socket:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(public_calls, "resolve", lambda *_: next(answers))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(public_calls.CallFailed):
        post("http://rebinding.example", local=False)
    assert called == ["93.184.216.34"]


def test_an_answer_without_tls_is_no_answer():
    with server(lambda connection: connection.sendall(OK)) as (origin, _):
        secure = origin.replace("http", "https")
        with pytest.raises(public_calls.CallFailed):
            post(secure)
