"""Plain WebSockets are refused before they open: a page that is refused afterwards believes that it was connected."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.realtime.clients import connections
from tests.support.people import World
from tests.support.plain_clients import refusal, ticket
from tests.support.raw_socket import PING, Raw, frame


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/admin?token=forged", (401, "token_invalid")),
        ("/admin", (401, "token_missing")),
        ("/ws?ticket=forged", (401, "ticket_invalid")),
        ("/ws?cursor=1&cursor=2", (422, "invalid")),
        ("/nowhere", (404, "not_found")),
    ],
)
def test_a_refused_websocket_never_opens(world: World, path: str, expected: tuple[int, str]) -> None:
    before = len(connections.open_connections)
    assert refusal(world, path) == expected
    assert len(connections.open_connections) <= before  # clients of earlier tests may leave


def test_a_customer_is_no_admin(world: World) -> None:
    assert refusal(world, f"/admin?token={world.person().token}") == (403, "forbidden")


def test_an_upgrade_of_another_route_is_no_websocket(world: World) -> None:
    assert refusal(world, "/api/orders") == (405, "method_not_allowed")


def test_a_client_that_leaves_during_its_handshake_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> None:
        raise BrokenPipeError

    person = world.person()
    given = ticket(person)
    monkeypatch.setattr("metaia.realtime.server.handler.Handler._accept", broken)
    with Raw(world.url, path=f"/ws?ticket={given}") as client:
        assert " 101 " in client.status  # the test's server could still answer
    assert not [one for one in connections.open_connections.values() if one.actor.id == person.id]


def test_the_first_frame_may_come_with_the_handshake(world: World) -> None:
    with Raw(world.url, path=f"/ws?ticket={ticket(world.person())}", early=frame("x", PING)) as client:
        assert {client.next()[0] for _ in range(2)} == {1, 10}
