"""A change of rights closes all connections at once, whatever their kind."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
import websocket

from tests.admin.conftest import USERS, WHY
from tests.support.plain_clients import Plain, stream, ticket
from tests.support.waiting import refused, until

SOON = 5.0  # seconds: one, and tolerance for a busy machine


def last_words(plain: Plain) -> tuple[int, str]:
    """Return code and reason with which a WebSocket ends, whatever comes before."""
    opcode, data = plain.socket.recv_data()
    while opcode != websocket.ABNF.OPCODE_CLOSE:
        opcode, data = plain.socket.recv_data()
    return int.from_bytes(data[:2]), data[2:].decode()


@pytest.mark.parametrize(
    ("path", "body"),
    [("", {"active": False}), ("", {"role": "tailor"}), ("/end-sessions", {})],
    ids=["disabled", "another role", "sessions ended"],
)
def test_socket_io_websocket_and_stream_end_within_a_second(
    world: Any, admin: Any, connect: Any, path: str, body: Any
) -> None:
    person, neighbour = world.person(), world.person()
    screen, other = person.socket(), neighbour.socket()
    polling = person.socket(transports=["polling"])
    plain = connect(f"/ws?ticket={ticket(person)}")
    assert plain.next()["type"] == "sync"
    unused = ticket(person)
    with stream(person, {}) as events:
        assert next(events)["event"] == "sync"
        method = "POST" if path else "PATCH"
        assert admin.call(method, f"{USERS}/{person.id}{path}", WHY | body).status_code == 200
        with gevent.Timeout(SOON):
            until(lambda: not screen.client.connected, "Socket.IO is closed")
            assert last_words(plain) == (1008, "session_ended")
            assert {event["event"] for event in events} <= {
                "new_notification"
            }  # the event of the changed role
            until(lambda: not polling.client.connected, "long-polling is closed")
    assert refused(world.url, auth={"token": person.token})["code"] == "session_ended"
    assert world.call("GET", f"/api/events?ticket={unused}").json()["error"]["code"] == "session_ended"
    assert other.client.connected


def test_an_admin_who_is_one_no_longer_is_out_of_timings_socket(world: Any, boss: Any, connect: Any) -> None:
    admin = world.staff("admin")
    pages = connect(f"/admin?token={admin.token}")
    boss.patch(f"{USERS}/{admin.id}", WHY | {"role": "support"})
    assert last_words(pages) == (1008, "session_ended")
