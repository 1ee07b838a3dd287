"""Thousands of clients are disconnected and reconnect at the same moment, while REST requests are answered.

`STORM_CLIENTS=5000 make chaos ARGS="-k storm"` uses more clients.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator
from typing import Any, LiteralString

import gevent
import psutil
import pytest
import requests

from tests.e2e.stack import Stack, stack
from tests.support.people import Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
CLIENTS = int(os.environ.get("STORM_CLIENTS", "2000"))
PEOPLE, MISSED = 40, 40
FILES = CLIENTS + 1_000  # which one process may have to open
Json = dict[str, Any]
SECONDS = 90.0  # generous: it takes about ten
COMMIT: LiteralString = """
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


class Caller:
    """Reads and writes over REST without pause; every request must succeed."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.seconds: list[float] = []
        self.http = requests.Session()

    def call(self) -> None:
        """Place an order and read it."""
        order = self._timed("POST", "/api/orders", {"items": [{"name": "Suit", "quantity": 1, "price": 9.5}]})
        assert self._timed("GET", f"/api/orders/{order['id']}")["id"] == order["id"]

    def _timed(self, method: str, path: str, body: Json | None = None) -> Json:
        headers, begun = {"Authorization": f"Bearer {self.person.token}"}, time.monotonic()
        url = self.person.world.url + path
        answer = self.http.request(method, url, json=body, headers=headers, timeout=SECONDS)
        self.seconds.append(time.monotonic() - begun)
        assert answer.ok, f"{answer.status_code} {answer.text}"
        order: Json = answer.json()["data"]["order"]
        return order


class ClientSwarm:
    """The clients: a program of their own, which writes its progress into a record."""

    def __init__(self, own: Stack, people: list[Person]) -> None:
        self.record = own.folder / "swarm.record"
        plan = {"url": own.url, "size": CLIENTS, "last": MISSED + 1, "record": str(self.record)}
        self.program = own.program(
            "client_swarm", "client_swarm", plan | {"tokens": [person.token for person in people]}
        )

    def reported(self, word: str) -> str | None:
        """Return the rest of the record's line that begins with `word`, if there is one."""
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        return next((line.partition(" ")[2] for line in lines if line.startswith(f"{word} ")), None)

    def wait(self, word: str) -> str:
        """Wait until the record has a line that begins with `word`, and return its rest."""
        with gevent.Timeout(SECONDS, AssertionError(f"not all clients are {word}")):
            while (found := self.reported(word)) is None:
                assert not self.program.poll(), "the clients have failed"
                gevent.sleep(0.05)
        return found


def test_many_clients_reconnect_while_requests_are_answered(two: Stack) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most == resource.RLIM_INFINITY or most >= FILES, f"too few open files: `ulimit -Hn` is {most}"
    with World(two.url) as world:
        swarm, caller = ClientSwarm(two, [world.person() for _ in range(PEOPLE)]), Caller(world.person())
        arrived = float(swarm.wait("in"))
        for web in psutil.Process(two.processes[0].pid).children():
            web.kill()
        two.rows(COMMIT, "customer-room", 1, MISSED)
        begun = time.monotonic()
        while swarm.reported("back") is None:
            assert time.monotonic() < begun + SECONDS, "not all clients are back"
            caller.call()
        two.rows(COMMIT, "customer-room", MISSED + 1, MISSED + 1)
        received = json.loads(swarm.wait("received"))
    print(
        f"{CLIENTS} clients connected within {arrived} s; back {float(swarm.wait('back')) - arrived:.1f} s later, while"
        f" {len(caller.seconds)} requests were answered within {max(caller.seconds[1:]):.3f} s, and the first,"
        f" which waited for the next processes, within {caller.seconds[0]:.1f} s"
    )
    assert received == {json.dumps([list(range(1, MISSED + 2)), 0]): CLIENTS}
