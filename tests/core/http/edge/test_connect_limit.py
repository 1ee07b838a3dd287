"""The limit of new connections per address and minute, over all transports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
import requests
import websocket

from tests.support import contract
from tests.support.people import WAIT
from tests.support.process import serving

MOST = 12
POLLING, SOCKET_IO = "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket"
_numbers = count(1)
Way = Callable[[str, str], int]


@pytest.fixture(scope="module")
def url(server: object) -> Iterator[str]:
    del server
    with serving(CONNECTS_PER_MINUTE=str(MOST), TRUSTED_PROXIES="1") as address:
        yield address


@pytest.fixture
def who() -> str:
    """Return an address that no other test uses (RFC 5737)."""
    return f"198.51.100.{next(_numbers)}"


def by_polling(url: str, who: str) -> int:
    answer = requests.get(url + POLLING, headers={"X-Forwarded-For": who}, timeout=WAIT)
    if answer.status_code == 429:
        assert_refused(answer)
    return answer.status_code


def by_socket_io(url: str, who: str) -> int:
    try:
        wire = websocket.create_connection(
            url.replace("http", "ws") + SOCKET_IO, header={"X-Forwarded-For": who}, timeout=WAIT
        )
    except websocket.WebSocketBadStatusException as refused:
        assert_told(refused)
        return refused.status_code
    assert str(wire.recv()).startswith("0{")
    wire.close()
    return 101


def assert_told(refused: websocket.WebSocketBadStatusException) -> None:
    assert 0 < int((refused.resp_headers or {})["retry-after"]) <= 60
    assert b"rate_limited" in (refused.resp_body or b"")


def by_websocket(url: str, who: str, path: str = "/ws") -> int:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(
            url.replace("http", "ws") + path, header={"X-Forwarded-For": who}, timeout=WAIT
        )
    status = refused.value.status_code
    assert {401: b"token_missing", 429: b"rate_limited"}[status] in (refused.value.resp_body or b"")
    return int(status)


def by_admin(url: str, who: str) -> int:
    return by_websocket(url, who, "/admin")


def by_stream(url: str, who: str) -> int:
    answer = requests.get(f"{url}/api/events", headers={"X-Forwarded-For": who}, timeout=WAIT)
    contract.check(url, "GET", "/api/events", answer)
    if answer.status_code == 429:
        assert_refused(answer)
    return answer.status_code


def assert_refused(answer: requests.Response) -> None:
    assert answer.json()["error"]["code"] == "rate_limited"
    assert answer.json()["requestId"] == answer.headers["X-Request-ID"]
    assert 0 < int(answer.headers["Retry-After"]) <= 60


WAYS: dict[Way, int] = {by_polling: 200, by_socket_io: 101, by_websocket: 401, by_admin: 401, by_stream: 401}


@pytest.mark.parametrize("way", WAYS)
def test_so_many_and_no_more(url: str, who: str, way: Way) -> None:
    assert [way(url, who) for _ in range(MOST + 2)] == [WAYS[way]] * MOST + [429] * 2


def test_all_ways_count_together_and_others_are_let_in(url: str, who: str) -> None:
    for number in range(MOST):
        way = list(WAYS)[number % len(WAYS)]
        assert way(url, who) == WAYS[way]
    assert [way(url, who) for way in WAYS] == [429] * len(WAYS)
    assert [way(url, f"203.0.113.{number}") for number, way in enumerate(WAYS)] == list(WAYS.values())


def test_addresses_of_one_network_count_as_one(url: str) -> None:
    codes = [by_polling(url, f"2001:db8:7:7::{number:x}") for number in range(MOST)]
    assert codes == [200] * MOST
    assert by_socket_io(url, "2001:db8:7:7:1::") == 429
    assert by_stream(url, "2001:db8:7:8::1") == 401


def test_only_the_first_request_of_a_connection_counts(url: str, who: str) -> None:
    headers = {"X-Forwarded-For": who}
    opened = requests.get(url + POLLING, headers=headers, timeout=WAIT).text
    sid = opened.partition('"sid":"')[2].partition('"')[0]
    for _ in range(MOST):
        assert requests.post(f"{url}{POLLING}&sid={sid}", "3", headers=headers, timeout=WAIT).ok
    assert by_polling(url, who) == 200


def test_to_name_an_empty_connection_is_to_begin_one(url: str, who: str) -> None:
    asked = [
        requests.get(f"{url}{POLLING}&{more}", headers={"X-Forwarded-For": who}, timeout=WAIT).status_code
        for more in ["sid=", "SID=x", "xsid=1"] * MOST
    ]
    assert asked[MOST:] == [429] * (2 * MOST)
