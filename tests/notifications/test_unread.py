"""The unread count: each client computes from events what it would fetch, whatever happens concurrently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metaia.core import db
from metaia.notifications import service, user_inbox
from tests.support.people import Person, World
from tests.support.waiting import until

Json = dict[str, Any]
WHAT = ("notify", "notify", "notify", "read", "click", "delete", "read some", "delete some", "read all")
STEP = st.tuples(st.sampled_from(WHAT), st.lists(st.integers(0, 40), min_size=1, max_size=6))


class Screen:
    """A client that fetches once, and follows events from then on."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.cursor: str = person.get("/api/sync").json()["data"]["cursor"]
        self.listed, self.unread = self.fetched()

    def fetched(self) -> tuple[dict[str, Any], int]:
        """Return when each notification was read, and the unread count, from the server."""
        found: list[Json] = []
        query: Json = {"limit": 100}
        while True:
            answer = self.person.get("/api/notifications", params=query).json()
            found += answer["data"]["notifications"]
            if answer["meta"]["nextCursor"] is None:
                return {note["id"]: note["readAt"] for note in found}, answer["meta"]["unread"]
            query["cursor"] = answer["meta"]["nextCursor"]

    def listen(self) -> None:
        page = self.person.get("/api/sync", params={"cursor": self.cursor, "limit": 500}).json()["data"]
        self.cursor = page["cursor"]
        for event in page["events"]:
            self.hear(event["type"], event["data"])

    def hear(self, name: str, data: Json) -> None:
        """Follow the instructions for clients in docs/realtime.md."""
        if name == "new_notification" and data["id"] not in self.listed:
            self.listed[data["id"]] = None
            self.unread += 1
        elif name == "notifications:unread":
            self.unread += data["by"]
            self.listed |= dict.fromkeys(data["read"], data["at"])
            for gone in data["deleted"]:
                del self.listed[gone]

    def is_right(self) -> bool:
        self.listen()
        return (self.listed, self.unread) == self.fetched()


def notify(person: Person) -> None:
    with db.transaction():
        service.notify(person.id, "order_ready", {"orderNumber": "M1"})


def do(person: Person, listed: list[str], what: str, choices: list[int]) -> None:
    """Let a device read or delete some of the notifications that it shows."""
    if what == "notify":
        notify(person)
    elif what == "read all":
        assert person.put("/api/notifications/read-all").ok
    elif listed:
        ids = [listed[choice % len(listed)] for choice in choices]
        calls: dict[str, Callable[[], Any]] = {
            "read": lambda: person.put(f"/api/notifications/{ids[0]}/read"),
            "click": lambda: person.put(f"/api/notifications/{ids[0]}/click"),
            "delete": lambda: person.delete(f"/api/notifications/{ids[0]}"),
            "read some": lambda: person.put("/api/notifications/read", {"ids": ids}),
            "delete some": lambda: person.post("/api/notifications/delete", {"ids": ids}),
        }
        assert calls[what]().status_code == 200


def test_a_count_made_from_events_is_what_one_would_fetch(world: World) -> None:
    person = world.person()
    screen = Screen(person)

    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEP, min_size=3, max_size=12))
    def play(steps: list[tuple[str, list[int]]]) -> None:
        for step in steps:
            do(person, sorted(screen.fetched()[0]), *step)
        until(screen.is_right, "the screen shows what one would fetch")

    play()


def test_it_is_right_though_notifications_come_while_others_are_read(app: Flask, world: World) -> None:
    person = world.person()
    screen = Screen(person)

    def told() -> None:
        with app.app_context():
            for _ in range(15):
                notify(person)
                gevent.sleep(0)

    def reading() -> None:
        for number in range(15):
            do(
                person,
                sorted(screen.fetched()[0]),
                ("read some", "delete some", "read all")[number % 3],
                [number],
            )

    gevent.joinall([gevent.spawn(each) for each in (told, told, reading, reading)], raise_error=True)
    until(screen.is_right, "the screen shows what one would fetch")
    assert screen.listed


def test_every_device_hears_of_it_at_once(world: World) -> None:
    person = world.person()
    for _ in range(3):
        notify(person)
    ids = sorted(Screen(person).listed)
    screens = [person.socket(), person.socket()]
    person.put("/api/notifications/read", {"ids": ids[:2]})
    person.delete(f"/api/notifications/{ids[0]}")
    person.delete(f"/api/notifications/{ids[2]}")
    for screen in screens:
        read, first, second = screen.wait("notifications:unread", 3)
        assert (read["by"], read["read"], read["deleted"]) == (-2, ids[:2], [])
        assert (first["by"], first["read"], first["deleted"]) == (0, [], [ids[0]])
        assert (second["by"], second["read"], second["deleted"]) == (-1, [], [ids[2]])


def test_nobody_hears_of_what_changed_nothing(world: World) -> None:
    person = world.person()
    notify(person)
    [note] = Screen(person).listed
    screen = person.socket()
    person.put(f"/api/notifications/{note}/read")
    person.put(f"/api/notifications/{note}/read")
    person.put(f"/api/notifications/{note}/click")
    person.put("/api/notifications/read-all")
    person.delete(f"/api/notifications/{note}")
    person.delete(f"/api/notifications/{note}")
    last = screen.wait("notifications:unread", where=lambda data: data["deleted"] == [note])[-1]
    assert screen.of("notifications:unread")[-1] == last
    assert [data["by"] for data in screen.of("notifications:unread")] == [-1, 0]


def test_reading_very_many_at_once_is_told_in_parts(world: World, monkeypatch: Any) -> None:
    person = world.person()
    for _ in range(5):
        notify(person)
    ids = sorted(Screen(person).listed)
    monkeypatch.setattr(user_inbox, "MAX_EVENT_IDS", 2)
    screen = person.socket()
    assert person.put("/api/notifications/read-all").json()["data"] == {"changed": 5}
    parts = screen.wait("notifications:unread", 3)
    assert [part["by"] for part in parts] == [-2, -2, -1]
    assert [one for part in parts for one in part["read"]] == ids


def test_the_number_is_that_of_the_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a notification between the two would be counted twice: by the number and by its event."""
    person = world.person()
    notify(person)
    fetch, between = db.fetch_all, [lambda: notify(person)]

    def slow(*statement: Any) -> Any:
        found = fetch(*statement)
        if between and any(getattr(row, "user_id", None) == person.id for row in found):
            between.pop()()
        return found

    monkeypatch.setattr(db, "fetch_all", slow)
    answer = person.get("/api/notifications").json()
    assert not between
    assert (len(answer["data"]["notifications"]), answer["meta"]["unread"]) == (1, 1)
    after = person.get("/api/notifications", params={"unread": "false"}).json()
    assert (after["data"]["notifications"], after["meta"]["unread"]) == ([], 2)
