"""Engine.IO requests that cannot be served are refused with a code, by polling and before a WebSocket opens."""

from __future__ import annotations

import pytest

from tests.support.people import World
from tests.support.plain_clients import refusal

FAULTS = {
    "EIO=3&transport={transport}": "unsupported_protocol",
    "EIO=2&transport={transport}": "unsupported_protocol",
    "transport={transport}": "unsupported_protocol",
    "EIO=4&EIO=3&transport={transport}": "unsupported_protocol",
    "EIO=4&transport=flash": "unknown_transport",
    "EIO=4&transport={transport}&sid=unknown": "unknown_sid",
    "transport={transport}&sid=%00": "unknown_sid",
}


@pytest.mark.parametrize(("query", "code"), FAULTS.items())
def test_polling_is_refused_with_a_code(world: World, query: str, code: str) -> None:
    path = f"{world.url}/socket.io/?{query.format(transport='polling')}"
    for method in ("GET", "POST"):
        answer = world.http.request(method, path, timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(("query", "code"), FAULTS.items())
def test_a_websocket_is_refused_before_it_opens(world: World, query: str, code: str) -> None:
    assert refusal(world, f"/socket.io/?{query.format(transport='websocket')}") == (400, code)


def test_an_upgrade_under_the_name_of_polling_is_refused(world: World) -> None:
    assert refusal(world, "/socket.io/?EIO=4&transport=polling") == (400, "unknown_transport")


def test_a_websocket_transport_needs_an_upgrade(world: World) -> None:
    answer = world.http.get(f"{world.url}/socket.io/?EIO=4&transport=websocket", timeout=30)
    assert (answer.status_code, answer.json()["error"]["code"]) == (426, "upgrade_required")
