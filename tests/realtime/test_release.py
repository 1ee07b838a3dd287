"""Events of a newer release: an old process ends their audience before them, so that no cursor moves past them."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask

from metaia.core import db
from metaia.core.http.fields import Schema
from metaia.realtime import catalogue, events, runtime
from metaia.realtime.catalogue import EVENTS, RETIRED, EventType, RetiredEvent
from metaia.realtime.log import store as log_store
from metaia.realtime.runtime import Runtime
from tests.support.people import Person, World
from tests.support.plain_clients import stream, ticket
from tests.support.waiting import numbers, send_numbered, until

NAME = "future.happened"
FUTURE = EventType(NAME, "future_event", Schema, "Of a newer release.", "its user")
Json = dict[str, Any]


@pytest.fixture
def old(app: Flask, server: object) -> Iterator[Runtime]:
    """Give the runtime of a process that does not know NAME."""
    real_time = runtime.of(app)
    yield real_time
    real_time.release.newer.clear()
    for registry in (EVENTS, RETIRED):
        registry.of(app).pop(NAME, None)


@pytest.fixture
def happen(app: Flask, old: Runtime) -> Callable[[Person], int]:
    """Give a function that records an event NAME for a person, as a newer process does, and returns its position."""

    def record(person: Person) -> int:
        EVENTS.of(app)[NAME] = FUTURE
        with db.transaction():
            events.record(NAME, {"id": person.id}, audience=[f"user-{person.id}"])
            del EVENTS.of(app)[NAME]
        until(lambda: old.release.newer == {NAME}, "this process has seen it")
        return int(log_store.head().position)

    return record


@contextlib.contextmanager
def newer_release(app: Flask) -> Iterator[None]:
    """Let this process know NAME: clients that reconnect reach a process of the newer release."""
    EVENTS.of(app)[NAME] = FUTURE
    yield
    del EVENTS.of(app)[NAME]


@pytest.fixture(params=["memory", "log"])
def forgetful(old: Runtime, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let replays read from the feed's memory, or from the log."""
    if request.param == "log":
        monkeypatch.setattr(old.feed, "recent", deque(maxlen=0))


def position(cursor: str) -> int:
    return int(cursor.partition(".")[2])


def test_a_socketio_client_is_ended_before_the_event(
    app: Flask, world: World, happen: Callable[[Person], int]
) -> None:
    person, other = world.person(), world.person()
    screen, unconcerned = person.socket(), other.socket()
    send_numbered(person, 1)
    screen.wait("new_notification")
    at = happen(person)
    until(lambda: not screen.client.connected, "it is ended")
    assert position(screen.cursor) == at - 1
    send_numbered(person, 2)
    send_numbered(other, 3)
    unconcerned.wait("new_notification")
    assert numbers(screen) == [1]
    with newer_release(app):
        back = person.socket(screen.cursor)
    back.wait("new_notification")
    assert [name for name, _ in back.heard] == ["future_event", "new_notification", "sync"]


def test_events_of_one_batch_do_not_overtake_the_unknown_one(app: Flask, world: World, old: Runtime) -> None:
    person = world.person()
    screen = person.socket()
    EVENTS.of(app)[NAME] = FUTURE
    with db.transaction():
        events.record(NAME, {}, audience=[f"user-{person.id}"])
        del EVENTS.of(app)[NAME]
        send_numbered(person, 1)
    until(lambda: not screen.client.connected, "it is ended")
    assert numbers(screen) == []
    with newer_release(app):
        assert numbers(person.socket(screen.cursor)) == [1]


def test_a_plain_websocket_is_closed_with_1012(
    world: World, connect: Any, happen: Callable[[Person], int]
) -> None:
    person = world.person()
    plain = connect(f"/ws?ticket={ticket(person)}")
    plain.next()
    at = happen(person)
    assert position(plain.next()["cursor"]) == at - 1
    assert plain.close_code() == (1012, "older_than_log")


def test_a_stream_ends_with_the_cursor_before_the_event(
    world: World, happen: Callable[[Person], int]
) -> None:
    person = world.person()
    with stream(person, {}) as received:
        next(received)
        at = happen(person)
        assert [position(event["id"]) for event in received] == [at - 1]


def test_a_replay_stops_before_the_event(
    app: Flask, world: World, connect: Any, happen: Callable[[Person], int], forgetful: None
) -> None:
    person = world.person()
    first = person.socket()
    cursor = first.cursor
    first.close()
    send_numbered(person, 1)
    at = happen(person)
    send_numbered(person, 2)
    plain = connect(f"/ws?ticket={ticket(person)}&cursor={cursor}")
    assert plain.next()["data"]["data"]["number"] == 1
    assert plain.next()["data"].items() >= {"replayed": 1, "complete": False, "resync": False}.items()
    assert plain.close_code() == (1012, "older_than_log")
    with newer_release(app):
        there = connect(f"/ws?ticket={ticket(person)}&cursor={cursor}")
        received = [there.next() for _ in range(3)]
    assert [message["type"] for message in received] == [
        "new_notification",
        "future_event",
        "new_notification",
    ]
    assert position(received[1]["cursor"]) == at


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_sync_ends_before_the_event_and_continues_at_a_newer_process(
    app: Flask, world: World, happen: Callable[[Person], int], limit: int
) -> None:
    person = world.person()
    cursor = person.get("/api/sync").json()["data"]["cursor"]

    def ask(cursor: str, **query: Any) -> Json:
        given: dict[str, Any] = {"cursor": cursor, "limit": limit} | query
        # not checked against the documents of this release, which lack the event
        headers = {"Authorization": f"Bearer {person.token}"}
        answer = requests.get(f"{world.url}/api/sync", params=given, headers=headers, timeout=30)
        data: Json = answer.json()["data"]
        return data

    send_numbered(person, 1)
    at = happen(person)
    send_numbered(person, 2)
    until(lambda: log_store.head().position > at, "it is logged")
    page = ask(cursor)
    assert (numbers([event["data"] for event in page["events"]]), page["more"]) == ([1], False)
    assert position(page["cursor"]) == at - 1
    again = ask(page["cursor"], wait=0.2)
    assert (again["events"], again["cursor"], again["more"]) == ([], page["cursor"], False)
    with newer_release(app):
        later = ask(page["cursor"], limit=100)
    assert [event["type"] for event in later["events"]] == ["future_event", "new_notification"]


def test_an_older_process_is_not_ready_and_names_the_reason(
    world: World, happen: Callable[[Person], int]
) -> None:
    assert world.call("GET", "/api/system/health/ready").ok
    happen(world.person())
    answer = world.call("GET", "/api/system/health/ready")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "older_than_log")
    assert error["details"]["release"] == f"older_than_log: {NAME}"
    assert world.call("GET", "/api/system/health/live").ok


@pytest.mark.parametrize("how", ["retired", "skipped"])
def test_events_that_were_retired_or_are_skipped_do_not_count(
    app: Flask, world: World, old: Runtime, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "retired":
        catalogue.register(app, RetiredEvent(NAME))
    else:
        monkeypatch.setattr(old.release, "_skipped", frozenset({NAME}))
    person = world.person()
    screen = person.socket()
    EVENTS.of(app)[NAME] = FUTURE
    with db.transaction():
        events.record(NAME, {}, audience=[f"user-{person.id}"])
        del EVENTS.of(app)[NAME]
    send_numbered(person, 1)
    screen.wait("new_notification")
    assert screen.client.connected
    assert old.release.newer == set()
