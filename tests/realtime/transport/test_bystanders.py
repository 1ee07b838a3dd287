"""While an attacker sends hostile bytes without pause, others get events as soon as before, in bounded memory."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import count, cycle
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
from tests.support.turns import Turns
from tests.support.waiting import send_numbered

EVENTS = 40
SLOWER = 25  # times the processor time of an event, at most, in one turn of the event loop during an attack
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
    numbers = count(1)

    def received(events: int) -> list[Turns]:
        return [turns_until_received(screen, bystander, next(numbers)) for _ in range(events)]

    alone = received(EVENTS // 2)
    attacks, enough = [0], Signal()

    def go_on() -> None:
        while not enough.is_set():
            with suppress(OSError):
                attack(world, attacker)
            attacks[0] += 1

    attack(world, attacker)  # memory that is allocated once is not what is measured
    memory = psutil.Process().memory_info().rss
    running = [gevent.spawn(go_on) for _ in range(3)]
    beside = received(EVENTS)
    enough.set()
    gevent.joinall(running, raise_error=True)
    grown = psutil.Process().memory_info().rss - memory
    alone += received(EVENTS // 2)  # other programs slow the processor down, perhaps since the attack began
    event, turn = median(turns.seconds for turns in alone), median(turns.longest for turns in beside)
    print(
        f"{attacks[0]} attacks; an event takes {event * 1000:.1f} ms, the longest turn {turn * 1000:.1f} ms; "
        f"{median(turns.count for turns in alone)} turns alone, {median(turns.count for turns in beside)} beside them; "
        f"{grown:,} bytes more"
    )
    assert turn < SLOWER * event
    assert grown < MEMORY


def turns_until_received(screen: Socket, person: Person, number: int) -> Turns:
    """Return the turns of the event loop until an event has arrived.

    Each step of an event waits for one turn at most. An attacker goes on while the event waits for other processes, so
    the processor time of all turns depends on how busy the machine is.
    """
    with Turns() as turns:
        send_numbered(person, number)
        screen.wait("new_notification", number + 1)
    return turns
