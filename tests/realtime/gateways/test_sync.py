"""GET /api/sync: the same log and cursor without a socket."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from flask import Flask

from metaia.realtime import runtime
from tests.support.people import Person, World
from tests.support.waiting import numbers, send_numbered, until

Json = dict[str, Any]


def sync(person: Person, **query: Any) -> Json:
    answer = person.get("/api/sync", params=query)
    assert answer.status_code == 200, answer.text
    data: Json = answer.json()["data"]
    assert data.keys() == {"events", "cursor", "more", "resync"}
    for event in data["events"]:
        assert event.keys() == {"type", "data", "cursor"}
        assert event["data"]["cursor"] == event["cursor"]
    return data


def numbers_of(page: Json) -> list[int]:
    return numbers([event["data"] for event in page["events"]])


def arrived(app: Flask, person: Person, *given: int) -> None:
    """Commit numbered events and wait until they are in the log."""
    screen = person.socket()
    send_numbered(person, *given)
    screen.wait("new_notification", len(given))
    screen.close()


def test_without_a_cursor_one_gets_the_present_one_and_no_events(app: Flask, world: World) -> None:
    person = world.person()
    arrived(app, person, 1)
    page = sync(person)
    assert (page["events"], page["more"], page["resync"]) == ([], False, False)
    arrived(app, person, 2)
    assert numbers_of(sync(person, cursor=page["cursor"])) == [2]


def test_an_empty_cursor_is_none(app: Flask, world: World) -> None:
    person = world.person()
    arrived(app, person, 1)
    page = sync(person, cursor="", wait=20)
    assert (page["events"], page["more"], page["resync"]) == ([], False, False)
    arrived(app, person, 2)
    assert numbers_of(sync(person, cursor=page["cursor"])) == [2]


def test_pages_follow_each_other_without_gap_or_overlap(app: Flask, world: World) -> None:
    person, other = world.person(), world.person()
    cursor = sync(person)["cursor"]
    for number in range(5):
        arrived(app, person, 2 * number, 2 * number + 1)
        arrived(app, other, 100)
    pages = []
    more = True
    while more:
        page = sync(person, cursor=cursor, limit=4)
        cursor, more = page["cursor"], page["more"]
        pages.append(numbers_of(page))
    assert pages == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert sync(person, cursor=cursor)["events"] == []


def test_others_events_are_not_shown(app: Flask, world: World) -> None:
    person, other = world.person(), world.person()
    cursor = sync(other)["cursor"]
    arrived(app, other, 1)
    assert sync(person, cursor=cursor)["events"] == []
    assert numbers_of(sync(other, cursor=cursor)) == [1]


def test_the_cursor_works_for_sockets_too_and_theirs_here(app: Flask, world: World) -> None:
    person = world.person()
    cursor = sync(person)["cursor"]
    arrived(app, person, 1, 2)
    screen = person.socket(cursor)
    assert numbers(screen) == [1, 2]
    first = screen.of("new_notification")[0]
    page = sync(person, cursor=first["cursor"])
    assert [event["data"] for event in page["events"]] == screen.of("new_notification")[1:]
    last = screen.cursor
    arrived(app, person, 3)
    assert numbers_of(sync(person, cursor=last)) == [3]


def test_everyone_sees_their_own_allowed_actions(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    cursor = sync(customer)["cursor"]
    screen = tailor.socket()
    customer.order(partnerId=tailor.id)
    screen.wait("order_update")

    def actions(person: Person) -> list[str]:
        events = sync(person, cursor=cursor)["events"]
        (update,) = (event["data"] for event in events if event["type"] == "order_update")
        return list(update["order"]["allowedActions"])

    assert actions(customer) == ["cancel"]
    assert actions(tailor) == ["accept", "reject", "prepare", "cancel", "assign"]


def test_a_long_poll_returns_when_something_happens(app: Flask, world: World) -> None:
    person, other = world.person(), world.person()
    cursor = sync(person)["cursor"]
    feed = runtime.of(app).feed
    poll = gevent.spawn(sync, person, cursor=cursor, wait=20)
    until(lambda: f"user-{person.id}" in feed._waiting, "it waits")
    send_numbered(other, 1)
    send_numbered(person, 2)
    assert numbers_of(poll.get(timeout=15)) == [2]
    assert f"user-{person.id}" not in feed._waiting


def test_a_long_poll_returns_at_once_when_something_has_happened(app: Flask, world: World) -> None:
    person = world.person()
    cursor = sync(person)["cursor"]
    arrived(app, person, 1)
    poll = gevent.spawn(sync, person, cursor=cursor, wait=20)
    assert numbers_of(poll.get(timeout=15)) == [1]


def test_a_long_poll_returns_nothing_when_nothing_happens(app: Flask, world: World) -> None:
    person = world.person()
    page = sync(person, cursor=sync(person)["cursor"], wait=0.1)
    assert (page["events"], page["more"], page["resync"]) == ([], False, False)
    assert not runtime.of(app).feed._waiting.get(f"user-{person.id}")


@pytest.mark.parametrize("cursor", ["c2:" + "A" * 400, "garbage", "00000000.1", "٣.٣", "a.b.c"])
def test_an_invalid_cursor_resyncs_with_the_current_cursor(app: Flask, world: World, cursor: str) -> None:
    person = world.person()
    arrived(app, person, 1)
    page = sync(person, cursor=cursor, wait=20)
    assert (page["events"], page["resync"]) == ([], True)
    arrived(app, person, 2)
    assert numbers_of(sync(person, cursor=page["cursor"])) == [2]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"limit": "x"},
        {"wait": -1},
        {"wait": 26},
        {"wait": "nan"},
        {"cursor": "x" * 513},
        {"unknown": 1},
    ],
)
def test_what_is_out_of_range_is_refused(world: World, query: Json) -> None:
    answer = world.person().get("/api/sync", params=query)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
    assert answer.json()["error"]["details"].keys() == query.keys()


def test_it_needs_a_token(world: World) -> None:
    assert world.call("GET", "/api/sync").status_code == 401
