"""One client that sends far more than it may: it is limited, in bounded memory, and other clients are served."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from collections import Counter
from itertools import pairwise

import gevent
import psutil
import pytest
import requests

from metaia.core.ids import new_id
from metaia.extensions import socketio
from metaia.realtime.clients.limits import BURST, PER_SECOND
from metaia.realtime.transport.pings import Clock
from tests.realtime.transport.hostile_frames import HOSTILE
from tests.support.people import WAIT, World
from tests.support.plain_clients import ticket
from tests.support.raw_socket import TEXT, Raw, frame, sids_of
from tests.support.waiting import send_numbered, until

JOINS = 10_000
TURN = 1_000  # joins that may be answered while another client waits for an answer; there are 200 at most
MEMORY = 20_000_000  # bytes


def test_ten_thousand_joins_of_one_client_are_limited_and_delay_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine the answer to a ping, behind all these joins, would come later than clients may take for it.
    monkeypatch.setattr(socketio.server.eio, "clock", Clock(3600, 3600, early=3600), raising=False)
    staff, witness = world.staff(), world.person().socket()
    order = world.person().order()["id"]
    codes: Counter[str] = Counter()
    before, begun = psutil.Process().memory_info().rss, time.monotonic()
    with Raw(world.url) as client:
        sid = client.login(staff)

        def read() -> None:
            while codes.total() < JOINS:
                text = client.text()
                if text.startswith("43"):
                    answer = json.loads(text[text.index("[") :])[0]
                    codes["joined" if answer["ok"] else answer["error"]["code"]] += 1

        def write() -> None:
            for number in range(JOINS):
                client.send_text(f'42{number}["join_order_room","{order if number % 2 else new_id()}"]')

        running = [gevent.spawn(read), gevent.spawn(write)]
        turns = [0]
        while not all(greenlet.dead for greenlet in running):
            assert witness.ask("are_you_there")["error"]["code"] in {"unknown_event", "rate_limited"}
            turns.append(codes.total())
        gevent.joinall(running, raise_error=True)
        assert codes["joined"] + codes["not_found"] <= BURST + PER_SECOND * (time.monotonic() - begun)
        assert codes["rate_limited"] > JOINS / 2
        rooms = {sid, f"user-{staff.id}", "admin-room", "everyone", f"order-{order}"}
        assert set(socketio.server.manager.get_rooms(sid, "/")) == rooms
    assert max(after - earlier for earlier, after in pairwise(turns)) < TURN
    assert psutil.Process().memory_info().rss - before < MEMORY


@pytest.mark.parametrize(("junk", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_plain_websocket_refuses_the_same_frames(world: World, junk: bytes, code: int) -> None:
    sender, other = world.person(), world.person()
    witness = other.socket()
    with Raw(world.url, path=f"/ws?ticket={ticket(sender)}") as client:
        until(lambda: sids_of(sender))
        client.send(junk)
        assert client.close_code() == code
        assert client.wait_closed()
        until(lambda: not sids_of(sender))
    send_numbered(other, 1)
    witness.wait("new_notification")


@pytest.mark.parametrize(("text", "times", "code"), [("x" * 4_000, 5_000, 1008), ("x" * 4_097, 1, 1009)])
def test_messages_to_a_plain_websocket_are_limited_in_size(
    world: World, text: str, times: int, code: int
) -> None:
    person, flood = (
        world.person(),
        frame(text) * times,
    )  # the client's own memory is not part of what is measured
    before = psutil.Process().memory_info().rss
    with Raw(world.url, path=f"/ws?ticket={ticket(person)}") as client:
        assert json.loads(client.text())["type"] == "sync"
        with contextlib.suppress(ConnectionError):
            client.send(flood)
        assert client.close_code() == code
    until(lambda: not sids_of(person))
    assert psutil.Process().memory_info().rss - before < MEMORY


@pytest.mark.parametrize("path", ["/ws", "/socket.io/?EIO=4&transport=websocket"])
def test_a_compressed_frame_is_refused_and_never_inflated(world: World, path: str) -> None:
    bomb = gzip.compress(bytes(30_000_000))[10:][:60_000]
    query = f"?ticket={ticket(world.person())}" if path == "/ws" else ""
    before = psutil.Process().memory_info().rss
    with Raw(world.url, path=path + query) as client:
        client.send(frame(bomb, TEXT | 0x40))
        assert client.close_code() == 1002
    assert psutil.Process().memory_info().rss - before < MEMORY


@pytest.mark.parametrize("path", ["/api/orders", "/api/auth/login", "/socket.io/?EIO=4&transport=polling"])
def test_a_compressed_body_is_never_inflated(world: World, path: str) -> None:
    bomb = gzip.compress(b'{"items":"' + b"x" * 50_000_000)
    headers = {"Authorization": f"Bearer {world.person().token}"}
    before = psutil.Process().memory_info().rss
    answer = requests.post(
        world.url + path,
        data=bomb,
        headers=headers | {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        timeout=WAIT,
    )
    assert answer.status_code < 500
    assert psutil.Process().memory_info().rss - before < MEMORY
