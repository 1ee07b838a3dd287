"""Socket.IO's binary packets, which no event uses: a client that announces one must not make the server buffer more."""

from __future__ import annotations

import base64
import json

import psutil
import pytest
import requests

from metaia.extensions import socketio
from tests.support import raw_socket as raw
from tests.support.people import WAIT, World
from tests.support.raw_socket import Raw, frame, sids_of
from tests.support.waiting import send_numbered, until

MANY = 1_000
PLACES = ",".join(f'{{"_placeholder":true,"num":{number}}}' for number in range(MANY))
ANNOUNCED = {
    "a thousand": f'45{MANY}-["join_order_room",{PLACES}]',
    "more than will ever come": '459999999999-["join_order_room",{"_placeholder":true,"num":0}]',
    "in an acknowledgement": '469999999999-1[{"_placeholder":true,"num":0}]',
}


@pytest.mark.parametrize("announced", ANNOUNCED.values(), ids=ANNOUNCED.keys())
@pytest.mark.parametrize("opcode", [raw.TEXT, 2])
def test_a_client_that_announces_attachments_is_disconnected_and_none_is_kept(
    world: World, announced: str, opcode: int
) -> None:
    sender, other = world.person(), world.person()
    witness = other.socket()
    before = psutil.Process().memory_info().rss
    with Raw(world.url) as client:
        client.login(sender)
        client.send(frame(announced))
        one = frame("4" + "x" * 60_000, opcode)
        try:
            for number in range(MANY):
                client.send(one)
                if number % 200 == 0:
                    send_numbered(other, number)
                    witness.wait("new_notification", number // 200 + 1)
        except ConnectionError:
            pass
        until(lambda: not sids_of(sender), "it is thrown out")
    assert socketio.server._binary_packet == {}
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_the_close_code_says_that_only_text_is_accepted(world: World) -> None:
    with Raw(world.url) as client:
        client.login(world.person())
        client.send(frame(ANNOUNCED["a thousand"]))
        assert client.close_code() == 1003


@pytest.mark.parametrize("part", [*ANNOUNCED.values(), "b" + base64.b64encode(b"\x00\xff").decode()])
def test_polling_clients_with_attachments_are_disconnected_too(world: World, part: str) -> None:
    person = world.person()
    with requests.Session() as http:
        address = f"{world.url}/socket.io/?EIO=4&transport=polling"
        sid = json.loads(http.get(address, timeout=WAIT).text[1:])["sid"]
        address += f"&sid={sid}"
        http.post(address, data="40" + json.dumps({"token": person.token}), timeout=WAIT)
        until(lambda: sids_of(person))
        assert http.post(address, data=part, timeout=WAIT).status_code == 400
        until(lambda: not sids_of(person), "it is thrown out")
    assert socketio.server._binary_packet == {}
