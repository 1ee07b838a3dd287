"""The address of a client behind proxies: limits, login delays, sessions and notices depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from metaia.core.http.edge.proxies import TrustedProxies
from tests.support.people import PASSWORD
from tests.support.process import serving

LOGIN = "/api/auth/login"
PROXY, CLIENT = "10.0.0.2", "198.51.100.7"


@pytest.fixture(scope="module")
def url(server: object) -> Iterator[str]:
    with serving(TRUSTED_PROXIES="1") as address:
        yield address


def seen(count: int, peer: str | None = PROXY, **headers: str) -> dict[str, Any]:
    environ: dict[str, Any] = {"wsgi.url_scheme": "http"} | ({"REMOTE_ADDR": peer} if peer else {})
    environ |= {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    for _ in range(2):  # the HTTP server asks before the application is called
        TrustedProxies(count).apply(environ)
    return environ


@pytest.mark.parametrize(
    ("count", "header", "address"),
    [
        (0, CLIENT, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"{CLIENT}:4711", CLIENT),
        (1, f"203.0.113.1, {CLIENT}", CLIENT),
        (1, f"203.0.113.1,{CLIENT}:4711", CLIENT),
        (1, f'"203.0.113.1, {CLIENT}', CLIENT),  # a quotation mark hides no comma
        (1, f'"203.0.113.1\\, {CLIENT}', CLIENT),
        (1, f", {CLIENT}", CLIENT),
        (1, f"{CLIENT}, unknown", PROXY),
        (1, f"{CLIENT}, unix:", PROXY),
        (1, f"{CLIENT},", PROXY),
        (2, CLIENT, PROXY),  # not through both
        (2, f"{CLIENT}, 10.0.0.1", CLIENT),
        (2, f"203.0.113.1, {CLIENT}:80, 10.0.0.1:81", CLIENT),
        (2, f"{CLIENT}, _secret, 10.0.0.1", PROXY),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "x" * 10_000, PROXY),
    ],
)
def test_a_client_has_the_address_that_its_outermost_proxy_saw(count: int, header: str, address: str) -> None:
    assert seen(count, **{"for": header})["REMOTE_ADDR"] == address


def test_a_peer_has_one_form_too() -> None:
    assert seen(0, "::ffff:198.51.100.7")["REMOTE_ADDR"] == CLIENT
    assert "REMOTE_ADDR" not in seen(1, None)
    assert "REMOTE_ADDR" not in seen(1, "unix:")
    assert seen(1, None, **{"for": CLIENT})["REMOTE_ADDR"] == CLIENT


@pytest.mark.parametrize(
    ("count", "header", "scheme"),
    [
        (0, "https", "http"),
        (1, "https", "https"),
        (1, "HTTPS", "https"),
        (1, "wss", "https"),
        (1, "ws", "http"),
        (1, "http, https", "https"),
        (1, '"http, https', "https"),
        (1, "javascript", "http"),
        (1, "", "http"),
        (2, "https, http", "https"),
        (2, "https", "http"),
    ],
)
def test_a_scheme_is_the_one_that_the_outermost_proxy_saw(count: int, header: str, scheme: str) -> None:
    assert seen(count, proto=header)["wsgi.url_scheme"] == scheme


def log_in(url: str, email: str, came_by: str, password: Any = 1) -> requests.Response:
    body = {"email": email, "password": password}  # by default invalid, so that no login is attempted
    return requests.post(url + LOGIN, json=body, headers={"X-Forwarded-For": came_by}, timeout=30)


@pytest.mark.parametrize(
    ("case", "came_by"),
    [
        ("port", "203.0.113.20:{}"),
        ("quote", '"{}, 203.0.113.21'),
        ("bracket", "[2001:db8:9::{}]:443"),
        ("mapped", "::ffff:203.0.113.22"),
        ("none", "unknown-{}"),
    ],
)
def test_the_limit_holds_however_a_gateway_writes_the_address(url: str, case: str, came_by: str) -> None:
    codes = [
        log_in(url, f"{case}{number}@test.example", came_by.format(1000 + number)).status_code
        for number in range(21)
    ]
    assert codes == [422] * 20 + [429]


def test_a_session_has_the_address_without_the_port(url: str, world: Any) -> None:
    person = world.person()
    for port in (40_001, 40_002):
        answer = log_in(url, person.user["email"], f"203.0.113.30:{port}", PASSWORD)
        assert answer.status_code == 200
    sessions = person.get("/api/auth/sessions").json()["data"]["sessions"]
    assert [one["address"] for one in sessions].count("203.0.113.30") == 2


def test_login_delays_ignore_the_port(url: str, world: Any) -> None:
    email = world.person().user["email"]
    codes = [
        log_in(url, email, f"203.0.113.31:{port}", "wrong password").status_code for port in range(9000, 9005)
    ]
    assert (codes[0], codes[-1]) == (401, 429)
