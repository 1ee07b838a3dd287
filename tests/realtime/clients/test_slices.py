"""Events for very many clients go in slices: in order, once, and with other work in between."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest
from flask import Flask

from metaia.core.access.actor import Actor
from metaia.realtime.clients import connections, fanout, progress, slices
from metaia.realtime.clients import rooms as plain_rooms
from metaia.realtime.clients.websocket import PlainConnection, standard
from metaia.realtime.log.store import Event, Head
from metaia.realtime.runtime import of
from tests.support.people import World
from tests.support.turns import Turns
from tests.support.waiting import until

CLIENTS = 10_000
KIND = "notification.unread"


class Listener(PlainConnection):
    """A client that stores the numbers of its events."""

    kind = "sse"

    def __init__(self, number: int) -> None:
        super().__init__(Actor(f"many-{number}", "customer", "session", 2**40), standard)
        self.seen: list[int] = []

    @property
    def ready(self) -> bool:
        return True

    def send(self, message: dict[str, object]) -> None:
        self.seen.append(int(str(message["data"]["count"])))  # type: ignore[index]

    def close(self, reason: str) -> None:
        self.remove()


@pytest.fixture
def crowd(app: Flask, server: object) -> Iterator[list[Listener]]:
    listeners = [Listener(number) for number in range(CLIENTS)]
    for each in listeners:
        each.join("crowd")
        each.join(f"user-{each.actor.id}")
    yield listeners
    for each in listeners:
        plain_rooms.leave(each, "crowd")
        plain_rooms.leave(each, f"user-{each.actor.id}")
        connections.remove(each.key)


def send(app: Flask, number: int, room: str) -> None:
    release, head = of(app).release, Head("e", number)
    event = Event(number, f"id-{number}", KIND, {"count": number}, (room,), "2026-01-01T00:00:00+00:00")
    kind = release.on_wire(event)
    assert kind is not None
    fanout.to_audience(kind, event, head)


def test_ten_thousand_clients_get_it_once_over_several_turns(app: Flask, crowd: list[Listener]) -> None:
    with app.app_context(), Turns() as turns:
        send(app, 1, "crowd")
        assert not any(each.seen for each in crowd)
        until(lambda: not slices.under_way())
    assert all(each.seen == [1] for each in crowd)
    assert turns.count >= 3  # a late event loop runs several timers in one turn


def test_a_later_event_of_one_client_follows_the_earlier_one(app: Flask, crowd: list[Listener]) -> None:
    last = crowd[-1]
    with app.app_context():
        send(app, 1, "crowd")
        send(app, 2, f"user-{last.actor.id}")
        assert last.seen == [1, 2]
        send(app, 3, "crowd")
        until(lambda: not slices.under_way())
    assert last.seen == [1, 2, 3]
    assert all(each.seen == [1, 3] for each in crowd[:-1])


def test_nothing_counts_as_sent_while_slices_are_under_way(app: Flask, crowd: list[Listener]) -> None:
    class Following:
        head = Head("e", 5)

    crowd[0].progress.go_live(Following())
    with app.app_context():
        send(app, 5, "crowd")
        assert crowd[0].progress.sent == Head("e", 4)
        until(lambda: not slices.under_way())
    assert crowd[0].progress.sent == Head("e", 5)
    assert not progress.under_way


def test_a_client_that_has_left_is_left_out(app: Flask, crowd: list[Listener]) -> None:
    with app.app_context():
        send(app, 1, "crowd")
        PlainConnection.remove(crowd[3])
        gevent.sleep(0)
        until(lambda: not slices.under_way())
    assert crowd[3].seen == []
    assert crowd[4].seen == [1]


def test_few_clients_get_it_at_once(app: Flask, world: World, server: object) -> None:
    person = world.person()
    screen = person.socket()
    with app.app_context():
        send(app, 1, f"user-{person.id}")
        assert not slices.under_way()
    assert screen.wait("notifications:unread")[0]["count"] == 1
