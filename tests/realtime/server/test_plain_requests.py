"""The fast path for plain requests: the application sees what it sees by gevent's own path, and answers are equal."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from typing import Any
from unittest.mock import patch

import gevent
import pytest
from gevent.pywsgi import WSGIServer
from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.realtime.server import plain_requests
from metaia.realtime.server.handler import Handler

HEAD = b"Host: a.example\r\n"
PLAIN = [
    b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET /api/orders?limit=5&q=a%20b HTTP/1.1\r\n" + HEAD + b"Accept: */*\r\n\r\n",
    b"GET /caf%C3%A9/%2e%2e/%zz HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET /a%2Fb%2fc%252F%25?d=%2F HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET /?? HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET http://other.example/x HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET * HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"OPTIONS /x HTTP/1.1\r\n" + HEAD + b"Origin: null\r\n\r\n",
    b"DELETE /x HTTP/1.1\r\n" + HEAD + b'If-Match: "3"\r\nIf-Match: W/"4"\r\n\r\n',
    b"GET /x HTTP/1.1\r\n" + HEAD + b"Cookie: a=1\r\nCookie: b=2\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"X-Empty:\r\nX-Blank: \t \r\nX_Under: 1\r\nX-Tab:\ta\tb\t\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"Connection: keep-alive\r\n\r\n",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"PUT /x HTTP/1.1\r\n" + HEAD + b"content-length:0\r\n\r\n",
    b"PATCH /x HTTP/1.1\r\n" + HEAD + b"CONTENT-LENGTH: 03\r\n\r\nabc",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\n\r\nabc",
]
OTHER = [
    b"GET /x HTTP/1.0\r\n" + HEAD + b"\r\n",
    b"HEAD /x HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"TRACE /x HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET /x HTTP/1.1\n" + HEAD + b"\r\n",
    b"GET /x HTTP/1.1\r\n\r\n",
    b"GET  /x HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET /\xc3\xa9 HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"X-A: \xc3\xa9\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"Connection: close\r\nConnection: close\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"X-A: one\r\n two\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"X-A : one\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b": one\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"no colon\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"X-A: a\rb\r\n\r\n",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"X-A: a\0b\r\n\r\n",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Content-Length: +1\r\n\r\na",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\na",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Content-Length:\r\n\r\n",
    b"POST /x HTTP/1.1\r\n"
    + HEAD
    + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
    b"POST /x HTTP/1.1\r\n" + HEAD + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\na",
    b"GET /x HTTP/1.1\r\n" + HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
]
GET = PLAIN[0]
PARTS = st.sampled_from(
    [*b" \t\r\n:,;_-aZ0%/?\0\xe9", b"\r\n", b"\r\n ", b"Content-Length: 1\r\n", b"Connection: close\r\n"]
)


def show(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with all that an application may read of a request."""
    body = environ["wsgi.input"].read()
    seen = {key: value for key, value in environ.items() if isinstance(value, str | bool | int)}
    seen.pop("REMOTE_PORT")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [json.dumps([seen, body.decode("latin-1")], sort_keys=True).encode()]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = WSGIServer(("127.0.0.1", 0), show, handler_class=Handler, log=None, error_log=None)
    server.start()
    yield int(server.server_port or 0)
    server.stop()


def answers(port: int, raw: bytes, *, split: bool = False) -> bytes:
    """Return all that the server sends for `raw`; the dates are cut out."""
    got = b""
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as wire,
        suppress(ConnectionError),
    ):
        for piece in (raw[:5], raw[5:]) if split else (raw,):
            wire.sendall(piece)
            gevent.sleep(0)
        wire.shutdown(socket.SHUT_WR)
        while more := wire.recv(65_536):
            got += more
    return re.sub(rb"Date: [^\r]+", b"", got)


def by_gevent(port: int, raw: bytes) -> bytes:
    with patch.object(plain_requests, "parse", lambda _: None):
        return answers(port, raw)


@pytest.mark.parametrize("raw", PLAIN)
def test_plain_requests_look_the_same_by_both_paths(port: int, raw: bytes) -> None:
    assert plain_requests.parse(raw)
    assert answers(port, raw) == by_gevent(port, raw)
    assert answers(port, raw, split=True) == by_gevent(port, raw)


def test_a_slash_within_a_segment_stays_encoded(port: int) -> None:
    raw = b"GET /a%2Fb%2fc%20d HTTP/1.1\r\n" + HEAD + b"\r\n"
    for answer in (answers(port, raw), by_gevent(port, raw)):
        assert b'"PATH_INFO": "/a%2Fb%2fc d"' in answer


@pytest.mark.parametrize("raw", OTHER)
def test_other_requests_take_the_path_of_gevent(port: int, raw: bytes) -> None:
    assert plain_requests.parse(raw) is None
    assert answers(port, raw) == by_gevent(port, raw)


@pytest.mark.parametrize("raw", PLAIN)
def test_requests_sent_at_once_are_answered_in_order(port: int, raw: bytes) -> None:
    assert answers(port, GET + raw + GET) == by_gevent(port, GET + raw + GET)


def test_a_body_that_follows_its_head_is_read(port: int) -> None:
    body = b"x" * 100_000
    raw = b"POST /x HTTP/1.1\r\n" + HEAD + b"Content-Length: 100000\r\n\r\n" + body
    assert answers(port, raw + GET) == by_gevent(port, raw + GET)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLAIN), st.lists(st.tuples(st.integers(0, 120), PARTS), min_size=1, max_size=3))
def test_damaged_requests_get_the_same_answer_by_both_paths(
    port: int, raw: bytes, damage: list[tuple[int, int | bytes]]
) -> None:
    for place, part in damage:
        piece = part if isinstance(part, bytes) else bytes([part])
        raw = raw[:place] + piece + raw[place:]
    assert answers(port, raw) == by_gevent(port, raw)


def test_the_time_to_refuse_a_head_is_linear() -> None:
    for filling in (b" ", b"\t", b"a", b":", b"a:\r\n"):
        raw = b"GET /x HTTP/1.1\r\nX: " + filling * (8_000 // len(filling))
        assert plain_requests.parse(raw) is None
