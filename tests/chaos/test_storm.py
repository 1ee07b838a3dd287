"""A thousand clients come back at the same moment, each with its cursor; whoever calls over REST is still answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import LiteralString

import gevent
import pytest
import requests
import websocket
from gevent.event import Event as Signal

from tests.e2e.stack import Stack, stack
from tests.support.people import Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
CLIENTS, PEOPLE, MISSED = 1_000, 40, 40
SECONDS = 60.0  # generous: it takes about ten
SAY: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'event', 'notification.created',
           json_build_object('id', gen_random_uuid(), 'type', 'test', 'title', 'A test', 'message', '',
                             'data', json_build_object('number', number), 'actions', json_build_array(),
                             'createdAt', now()),
           ARRAY[%s], clock_timestamp() FROM generate_series(%s::int, %s::int) AS number ORDER BY number"""


@pytest.fixture
def two(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(environment, tmp_path_factory.mktemp("storm")) as (started, _):
        started.web(WEB_CONCURRENCY="2")
        yield started


def messages(
    own: Stack, person: Person, cursor: str, *, plain: bool
) -> Iterator[tuple[str, dict[str, object]]]:
    """Connect, and yield what is said: half of the clients speak Socket.IO, half do not."""
    path = f"/ws?cursor={cursor}" if plain else "/socket.io/?EIO=4&transport=websocket"
    header = [f"Authorization: Bearer {person.token}"] if plain else []
    wire = websocket.create_connection(own.url.replace("http", "ws") + path, timeout=SECONDS, header=header)
    try:
        if not plain:
            assert str(wire.recv()).startswith("0{")
            wire.send("40" + json.dumps({"token": person.token, "cursor": cursor}))
        while text := str(wire.recv()):
            if plain:
                message = json.loads(text)
                yield message["type"], message["data"]
            elif text == "2":
                wire.send("3")
            elif text.startswith("42"):
                name, data = json.loads(text[2:])
                yield name, data
    finally:
        wire.shutdown()


def numbers_heard(own: Stack, person: Person, cursor: str, caught_up: Signal, *, plain: bool) -> list[int]:
    """Return the numbers of all events that a client hears, up to the last one, which comes live."""
    heard: list[int] = []
    for name, data in messages(own, person, cursor, plain=plain):
        if name == "sync":
            assert data["resync"] is False
            if data["complete"]:
                caught_up.set()
        else:
            heard.append(data["data"]["number"])  # type: ignore[index]
            if heard[-1] == MISSED + 1:
                return heard
    raise AssertionError("the server has closed the connection")


def head(person: Person) -> str:
    return str(person.get("/api/sync").json()["data"]["cursor"])


def test_a_thousand_clients_come_back_at_once_and_requests_are_answered(two: Stack) -> None:
    with World(two.url) as world:
        people = [world.person() for _ in range(PEOPLE)]
        cursor = head(people[0])
        two.rows(SAY, "customer-room", 1, MISSED)
        with gevent.Timeout(10):
            while head(people[0]) != f"{cursor.partition('.')[0]}.{int(cursor.partition('.')[2]) + MISSED}":
                gevent.sleep(0.05)
        signals = [Signal() for _ in range(CLIENTS)]
        clients = [
            gevent.spawn(numbers_heard, two, people[n % PEOPLE], cursor, signal, plain=n % 2 == 0)
            for n, signal in enumerate(signals)
        ]
        answered = 0
        with gevent.Timeout(SECONDS, AssertionError("they have not all caught up")):
            while not all(
                signal.is_set() or client.dead for signal, client in zip(signals, clients, strict=True)
            ):
                headers = {"Authorization": f"Bearer {people[0].token}"}
                assert requests.get(f"{two.url}/api/orders", headers=headers, timeout=SECONDS).ok
                answered += 1
        two.rows(SAY, "customer-room", MISSED + 1, MISSED + 1)
        gevent.joinall(clients, timeout=SECONDS, raise_error=True)
        wanted = list(range(1, MISSED + 2))
        assert [n for n, client in enumerate(clients) if client.get(block=False) != wanted] == []
        print(f"{answered} requests were answered during the storm")
        assert answered > 0
