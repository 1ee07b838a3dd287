"""Malformed paths, methods and headers: always a clear answer, never a 500 and never silence."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.support.people import WAIT


@pytest.fixture
def customer(world):
    return world.person()


def raw(world, text: str | bytes) -> tuple[int, bytes]:
    """Send the bytes of a request unchanged, and return the status and the rest of the answer."""
    where = urlsplit(world.url)
    with socket.create_connection((where.hostname, where.port), timeout=WAIT) as wire:
        wire.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
        wire.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12]), answer


def get(world, path: str, *headers: str, method: str = "GET", token: str = "") -> tuple[int, bytes]:
    lines = [f"{method} {path} HTTP/1.1", "Host: test", "Connection: close", *headers]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return raw(world, "\r\n".join(lines) + "\r\n\r\n")


@pytest.mark.parametrize(
    "path",
    [
        "//api/orders", "/api//orders", "/api/orders/", "/api/./orders", "/api/../api/orders", "/API/orders",
        "/api/%2e%2e/api/orders", "/api/orders%00", "/%00", "/%ff%fe", "/api/orders;x=1", "/api\\orders",
        "/api-docs/../../config.py", "/api-docs/%2e%2e/%2e%2e/config.py", "/api-docs/..%2f..%2fconfig.py",
        "/api-docs/%00", "/api-docs/index.css%00.js", "/api-docs//etc/passwd", "/api/orders/%00/status",
        "/" + "a/" * 2000, "//ws", "//socket.io/?EIO=4&transport=polling", "///api/orders",
        "*", "test", "/.git/config", "/.git/HEAD", "/.env", "/config.py", "/api/%252e%252e/orders",
        "/admin/assets/..%2fpages.py", "/api%2forders", "/api%2Forders", "/api/auth%2fme", "%2Fapi/orders",
        "/admin/assets/x/..%2fpages.py", "/api-docs/x/..%2f..%2f..%2fconfig.py", "/account/x/../pages.py",
        "/admin/assets/%2e%2e/pages.py", "/admin/assets/", "/account/../pages.py",
    ],
)  # fmt: skip
def test_an_address_has_one_spelling(world, path):
    status, answer = get(world, path)
    assert status in {400, 404}, answer[:300]
    assert b'"status":"error"' in answer or status == 400
    assert b"Traceback" not in answer
    assert b"<html" not in answer.lower()


def test_a_slash_within_a_segment_is_no_separator(world):
    customer = world.person()
    order = customer.order()
    assert customer.get(f"/api/orders/{order['id']}/timeline").status_code == 200
    for slash in ("%2F", "%2f", "%252f"):
        assert customer.get(f"/api/orders/{order['id']}{slash}timeline").status_code == 404
        assert customer.patch(f"/api/orders/{order['id']}{slash}cancel").status_code == 404
    assert customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["status"] == "pending"


def test_an_address_may_name_the_service_too(world):
    """The absolute form of a request target, which proxies use (RFC 9112, 3.2.2); the Host header still counts."""
    status, _ = get(world, "http://evil.example/api/system/health/live")
    assert status in {200, 400, 404}
    assert get(world, "http://test/api/orders")[0] in {401, 404}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO", "GETGET", "DELETE", "PUT"])
def test_a_method_that_an_address_does_not_have(world, customer, method):
    status, answer = get(world, "/api/auth/me/nothing", method=method, token=customer.token)
    assert status in {400, 404, 405, 501}
    status, answer = get(world, "/api/system/health/live", method=method)
    assert status in {400, 405, 501}, answer[:200]


@pytest.mark.parametrize(
    "override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]
)
def test_no_header_makes_another_method_of_it(world, customer, override):
    order = customer.order()
    path = f"/api/orders/{order['id']}/cancel"
    assert get(world, path, f"{override}: PATCH", token=customer.token)[0] == 405
    assert get(world, f"{path}?_method=PATCH", token=customer.token)[0] == 405
    assert customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["status"] == "pending"


@pytest.mark.parametrize(
    "headers",
    [
        [f"X-Long: {'x' * 20_000}"],
        [f"X-{number}: 1" for number in range(1000)],
        ["Cookie: " + "a=b; " * 2000],
        [f"Authorization: Bearer {'x' * 7000}"],
    ],
    ids=["long", "many", "cookies", "token"],
)
def test_headers_of_any_size_are_answered(world, headers):
    status, _ = get(world, "/api/auth/me", *headers)
    assert status in {400, 401, 413, 431}
    assert get(world, "/api/system/health/live")[0] == 200


def test_a_long_address_is_answered(world):
    assert get(world, "/api/orders?q=" + "x" * 20_000)[0] in {400, 414}


@pytest.mark.parametrize(
    "header", ["Authorization", "Idempotency-Key", "If-Match", "X-Request-ID", "Content-Type", "Origin"]
)
@pytest.mark.parametrize(
    "value", ["\x01\x02", "ä\xff", "x" * 5000, "\t", "'; DROP TABLE orders --", "{{7*7}}"]
)
def test_strange_values_of_headers_are_answered(world, customer, header, value):
    lines = [f"{header}: {value}", "Content-Length: 2"]
    token = "" if header == "Authorization" else customer.token
    status = raw_post(world, "/api/orders", lines, b"{}", token)
    assert 400 <= status < 500


def raw_post(world, path: str, headers: list[str], body: bytes, token: str) -> int:
    lines = [f"POST {path} HTTP/1.1", "Host: test", "Connection: close", *headers]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if not any(line.startswith("Content-Type") for line in headers):
        lines.append("Content-Type: application/json")
    return raw(world, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)[0]


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: -1"],
        ["Content-Length: +2"],
        ["Content-Length: 2_0"],
        ["Content-Length: 2, 2"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: xchunked"],
        ["Content-Length: 0x2"],
        ["Content-Length: 99999999999999999999"],
        ["Transfer-Encoding: gzip"],
        ["Transfer-Encoding: chunked, identity"],
    ],
)
def test_two_lengths_of_one_body_are_no_second_request(world, customer, headers):
    """Request smuggling: if a proxy sees another end of the body, the rest must not become a second request."""
    smuggled = b"2\r\n{}\r\n0\r\n\r\nGET /api/auth/me HTTP/1.1\r\nHost: test\r\n\r\n"
    lines = ["POST /api/orders HTTP/1.1", "Host: test", f"Authorization: Bearer {customer.token}", *headers]
    request = "\r\n".join([*lines, "Content-Type: application/json"]).encode() + b"\r\n\r\n" + smuggled
    status, answer = raw(world, request)
    assert 400 <= status < 500, answer[:300]
    assert answer.count(b"HTTP/1.1 ") == 1, answer
