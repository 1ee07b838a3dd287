"""Frames that no client library would send: the server and the other clients are not affected."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import websocket

from metaia.realtime.clients import connections
from tests.support.people import WAIT, Person, World
from tests.support.waiting import send_numbered, until

ATTACHMENT = '{"_placeholder":true,"num":0}'
JUNK = {
    "an event without a name": "421[]",
    "no event": "42",
    "a text for an event": '421"join_order_room"',
    "an object for a name": '421[{"a":1}]',
    "a number for a name": "421[17]",
    "the name of all handlers": '421["*",{"a":1}]',
    "an attachment that never comes": f'451-["join_order_room",{ATTACHMENT}]',
    "an attachment that is not there": '450-["join_order_room",{"_placeholder":true,"num":5}]',
    "many attachments": f'45999999999999-["join_order_room",{ATTACHMENT}]',
    "an answer to nothing": '4399["a"]',
    "an endless id": f'42{"9" * 5000}["join_order_room"]',
    "brackets without end": f'421["join_order_room",{"[" * 5000}{"]" * 5000}]',
    "half a letter": '421["join_order_room","\\ud800"]',
    "a refusal": '44{"message":"no"}',
    "another namespace": '42/admin,1["join_order_room","x"]',
    "a second connect": "40",
    "a packet of no type": "49",
    "a frame of no type": "9",
    "an empty frame": "",
    "more than the limit": f'421["join_order_room","{"x" * 70_000}"]',
}


@contextlib.contextmanager
def opened(world: World, person: Person) -> Iterator[websocket.WebSocket]:
    """Give a raw WebSocket that has completed the Socket.IO handshake."""
    with socket.create_connection(("127.0.0.1", urlsplit(world.url).port or 0)) as wire:
        address = world.url.replace("http://", "ws://")
        client = websocket.create_connection(
            f"{address}/socket.io/?EIO=4&transport=websocket", timeout=WAIT, socket=wire
        )
        assert str(client.recv()).startswith("0{")
        client.send("40" + json.dumps({"token": person.token}))
        assert str(client.recv()).startswith("40{")
        assert str(client.recv()).startswith('42["sync"')
        yield client


def receives(client: websocket.WebSocket) -> bool:
    """Wait for an event; return False when the server has closed the connection."""
    try:
        while answer := str(client.recv()):
            if answer.startswith('42["new_notification"'):
                return True
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        pass
    return False


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_harms_no_other_client_and_its_sender_stays_or_is_disconnected(world: World, junk: str) -> None:
    sender, other = world.person(), world.person().socket()
    with opened(world, sender) as client:
        client.send(junk)
        assert other.ask("are_you_there")["error"]["code"] == "unknown_event"
        send_numbered(sender, 1)
        assert receives(client) or until(lambda: not sids_of(sender), "it is disconnected")
    again = sender.socket()
    send_numbered(sender, 2)
    again.wait("new_notification")


def sids_of(person: Person) -> list[str]:
    return [key for key, client in connections.open_connections.items() if client.actor.id == person.id]


def test_binary_messages_are_not_accepted(world: World) -> None:
    """No event has attachments: a client that sends some is disconnected with the reason, and must reconnect."""
    sender, other = world.person(), world.person().socket()
    with opened(world, sender) as client:
        client.send(f'451-["join_order_room",{ATTACHMENT}]')
        client.send_binary(b"\x00\xff")
        opcode, data = client.recv_data()
        assert (opcode, int.from_bytes(data[:2])) == (websocket.ABNF.OPCODE_CLOSE, 1003)
    assert other.ask("are_you_there")["error"]["code"] == "unknown_event"
    until(lambda: not sids_of(sender), "it is disconnected")
