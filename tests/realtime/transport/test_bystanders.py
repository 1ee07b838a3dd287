"""While an attacker sends hostile bytes without pause, others get events as soon as before, in bounded memory."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from statistics import median
from urllib.parse import urlsplit

import gevent
import psutil
import pytest
from gevent.event import Event as Signal

from metaia.core.ids import new_id
from tests.realtime.transport.hostile_frames import HOSTILE
from tests.support.people import Person, Socket, World
from tests.support.plain_clients import ticket
from tests.support.raw_socket import TEXT, Raw, frame
from tests.support.waiting import send_numbered

EVENTS = 40
SLOWER = (
    40  # times as long as without an attack, at most: three attackers and the victim share this one thread
)
MEMORY = 30_000_000  # bytes
ATTACHMENT = '451-["join_order_room",{"_placeholder":true,"num":0}]'
BOMB = frame(gzip.compress(bytes(30_000_000))[10:][:60_000], TEXT | 0x40)
_junk = cycle([junk for junk, _ in HOSTILE.values()])
_cursors = cycle(["0.0", "ffffffff.1", "x" * 5_000, "-1", "ab0fe1e6.999999999999999999", "\u0661.\u0661"])


def logged_in(world: World, person: Person, *sent: bytes) -> None:
    with Raw(world.url) as client:
        client.login(person)
        client.send(*sent)
        client.wait_closed()


def frames(world: World, person: Person) -> None:
    logged_in(world, person, next(_junk))


def attachments(world: World, person: Person) -> None:
    logged_in(world, person, *[frame(ATTACHMENT)] * 1_000)


def bombs(world: World, person: Person) -> None:
    logged_in(world, person, BOMB)


def joins(world: World, person: Person) -> None:
    with Raw(world.url) as client:
        client.login(person)
        for number in range(500):
            client.send_text(f'42{number}["join_order_room","{new_id()}"]')
        client.until("43499")


def cursors(world: World, person: Person) -> None:
    with Raw(world.url) as client:
        client.until("0{")
        client.send_text("40" + json.dumps({"token": person.token, "cursor": next(_cursors)}))
        client.until('42["sync"')


def tickets(world: World, person: Person) -> None:
    given = ticket(person)
    with Raw(world.url, path=f"/ws?ticket={given}") as once:
        assert once.text().startswith("{")
        with Raw(world.url, path=f"/ws?ticket={given}") as twice:
            assert " 401 " in twice.status


def forged_tokens(world: World, person: Person) -> None:
    with Raw(world.url) as client:
        client.send(*[frame("40" + json.dumps({"token": person.token[:-4] + "AAAA"}))] * 100)
        client.wait_closed()


def half_a_request(world: World, person: Person) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(world.url).port or 0)) as wire:
        wire.sendall(f"POST /api/orders HTTP/1.1\r\nHost: test\r\nX: {person.token}\r\nX-".encode())
        gevent.sleep(0.01)


ATTACKS = [frames, attachments, bombs, joins, cursors, tickets, forged_tokens, half_a_request]


@pytest.mark.parametrize("attack", ATTACKS)
def test_other_clients_receive_events_as_soon_as_before(
    world: World, attack: Callable[[World, Person], None]
) -> None:
    attacker, bystander = world.person(), world.person()
    screen = bystander.socket()
    send_numbered(bystander, 0)
    screen.wait("new_notification", 1)
    alone = [cpu_until_received(screen, bystander, number) for number in range(1, EVENTS + 1)]
    attacks, enough = [0], Signal()

    def go_on() -> None:
        while not enough.is_set():
            with suppress(OSError):
                attack(world, attacker)
            attacks[0] += 1

    attack(world, attacker)  # memory that is allocated once is not what is measured
    before = psutil.Process().memory_info().rss
    running = [gevent.spawn(go_on) for _ in range(3)]
    beside = [cpu_until_received(screen, bystander, EVENTS + number) for number in range(1, EVENTS + 1)]
    enough.set()
    gevent.joinall(running, raise_error=True)
    print(
        f"{attacks[0]} attacks; {median(alone) * 1000:.1f} ms alone, {median(beside) * 1000:.1f} ms beside them"
    )
    assert median(beside) < SLOWER * median(alone)
    assert psutil.Process().memory_info().rss - before < MEMORY


def cpu_until_received(screen: Socket, person: Person, number: int) -> float:
    """Return the processor time of this thread until an event has arrived, in seconds."""
    begun = time.thread_time()
    send_numbered(person, number)
    screen.wait("new_notification", number + 1)
    return time.thread_time() - begun
