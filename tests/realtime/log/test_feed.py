"""The feed: announcements make it fast, reading the log makes it complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from flask import Flask
from redis import Redis

from metaia.realtime import runtime
from metaia.realtime.log import feed as feed_module
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.log.pubsub import PubSub
from metaia.realtime.log.store import Event, Head
from tests.support.people import Person, World
from tests.support.waiting import numbers, send_numbered, until

NEVER = 3600.0


class Follower:
    """A separate feed, as in another process, and the events that it has delivered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.seen: list[Event] = []
        self.feed = Feed(self.seen.append)
        self.greenlets: list[gevent.Greenlet[..., Any]] = []

    def run(self, call: Callable[..., Any], *arguments: Any) -> None:
        self.greenlets.append(runtime.of(self.app).spawn(call, *arguments))

    def follow(self) -> None:
        self.run(self.feed.run)
        assert self.feed.ready.wait(5)

    def wait_for(self, person: Person, number: int) -> None:
        until(lambda: number in self.numbers_of(person))

    def numbers_of(self, person: Person) -> list[int]:
        mine = [event.payload for event in self.seen if f"user-{person.id}" in event.audience]
        return numbers(mine)


@pytest.fixture
def follower(app: Flask, server: object) -> Iterator[Follower]:
    follower = Follower(app)
    yield follower
    gevent.killall(follower.greenlets)


@pytest.fixture
def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "CHECK_EVERY", NEVER)


@pytest.fixture
def four(world: World) -> tuple[Head, list[Event]]:
    """Give four events of the log, and the head before them."""
    person = world.person()
    screen = person.socket()
    send_numbered(person, 1, 2, 3, 4)
    screen.wait("new_notification", 4)
    received = [int(event["cursor"].partition(".")[2]) for event in screen.of("new_notification")]
    assert received == list(range(received[0], received[0] + 4))
    return Head(log_store.head().epoch, received[0] - 1), log_store.page(received[0] - 1, received[-1])


def at(feed: Feed, head: Head) -> Feed:
    """Set a feed's position without reading the log."""
    feed.head = head
    feed.ready.set()
    return feed


def places(follower: Follower, head: Head) -> list[int]:
    return [event.position - head.position for event in follower.seen]


def test_announcements_are_handed_on_in_order(follower: Follower, four: tuple[Head, list[Event]]) -> None:
    head, events = four
    feed = at(follower.feed, head)
    feed.accept(events[:1])
    feed.accept(events[1:])
    assert places(follower, head) == [1, 2, 3, 4]
    assert feed.head == Head(head.epoch, head.position + 4)


def test_what_is_announced_twice_is_handed_on_once(
    follower: Follower, four: tuple[Head, list[Event]]
) -> None:
    head, events = four
    feed = at(follower.feed, head)
    for offered in (events[:2], events[:2], events[1:3], events, events[:1]):
        feed.accept(offered)
    assert places(follower, head) == [1, 2, 3, 4]


def test_an_early_announcement_is_read_from_the_log_in_order(
    follower: Follower, four: tuple[Head, list[Event]], no_polling: None
) -> None:
    head, events = four
    feed = at(follower.feed, head)
    feed.accept(events[2:])
    feed.accept(events[3:])
    assert follower.seen == []
    follower.follow()
    until(lambda: len(follower.seen) >= 4)
    assert places(follower, head)[:4] == [1, 2, 3, 4]


def test_before_it_knows_where_the_log_is_a_feed_takes_nothing(
    follower: Follower, four: tuple[Head, list[Event]]
) -> None:
    head, events = four
    follower.feed.head = head
    follower.feed.accept(events)
    assert follower.seen == []


def test_a_gap_is_read_at_once_after_a_later_announcement(
    app: Flask, world: World, follower: Follower, no_polling: None
) -> None:
    person = world.person()
    follower.follow()
    send_numbered(person, 1, 2, 3)  # this follower receives no announcements
    until(lambda: runtime.of(app).feed.head.position == log_store.head().position)
    send_numbered(person, 4)
    until(lambda: log_store.head().position > follower.feed.head.position + 3)
    last = log_store.head().position
    follower.feed.accept(log_store.page(last - 1, last))
    until(lambda: len(follower.numbers_of(person)) == 4)
    assert follower.numbers_of(person) == [1, 2, 3, 4]


def test_without_any_announcement_the_log_is_read_all_the_same(
    world: World, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "CHECK_EVERY", 0.02)
    person = world.person()
    follower.follow()
    send_numbered(person, *range(1200))
    until(lambda: len(follower.numbers_of(person)) == 1200)
    assert follower.numbers_of(person) == list(range(1200))


def test_a_process_follows_from_now_and_does_not_repeat_the_past(world: World, follower: Follower) -> None:
    person = world.person()
    screen = person.socket()
    send_numbered(person, 1)
    screen.wait("new_notification")
    follower.follow()
    send_numbered(person, 2)
    until(lambda: follower.numbers_of(person))
    assert follower.numbers_of(person) == [2]


def test_events_during_a_lost_subscription_are_read_from_the_log(
    app: Flask, world: World, follower: Follower, no_polling: None
) -> None:
    person = world.person()
    follower.follow()
    bus = PubSub(app.config["REDIS_URL"])
    follower.run(
        bus.subscribe,
        lambda _, events: follower.feed.accept(events),
        lambda: None,
        follower.feed.check_for_gap,
    )
    send_numbered(person, 1)
    until(lambda: follower.numbers_of(person) == [1])
    with Redis.from_url(app.config["REDIS_URL"]) as redis:
        for number in range(2, 5):
            killed = redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            assert killed >= 1
            send_numbered(person, number)
            follower.wait_for(person, number)
            until(lambda: redis.execute_command("PUBSUB", "NUMSUB", "metaia:events")[1] >= 2)
    assert follower.numbers_of(person) == [1, 2, 3, 4]


def test_a_failing_subscriber_does_not_stop_the_others(
    follower: Follower, four: tuple[Head, list[Event]]
) -> None:
    head, events = four
    received: list[int] = []

    def fail(payload: dict[str, Any]) -> None:
        raise ZeroDivisionError

    feed = at(follower.feed, head)
    feed.subscribe("notification.created", fail)
    feed.subscribe("notification.created", lambda payload: received.append(payload["data"]["number"]))
    feed.accept(events)
    assert received == [1, 2, 3, 4]
    assert places(follower, head) == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="twice"):
        feed.subscribe("notification.created", fail)


def test_a_failed_delivery_does_not_stop_the_next_ones(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person()
    screen = person.socket()
    feed = runtime.of(app).feed
    deliver = feed.deliver

    def sometimes(event: Event) -> None:
        if event.payload.get("data", {}).get("number") == 2:
            raise ZeroDivisionError
        deliver(event)

    monkeypatch.setattr(feed, "deliver", sometimes)
    send_numbered(person, 1, 2, 3)
    screen.wait("new_notification", 2)
    assert numbers(screen) == [1, 3]
    assert numbers(person.socket(screen.of("new_notification")[0]["cursor"])) == [2, 3]


def test_memory_answers_only_for_what_it_still_has(
    follower: Follower, four: tuple[Head, list[Event]]
) -> None:
    head, events = four
    feed = at(follower.feed, head)
    assert feed.after(head.position) == []
    feed.accept(events)
    assert feed.after(head.position) == events
    assert feed.after(head.position + 3) == events[3:]
    assert feed.after(head.position + 4) == []
    assert feed.after(head.position - 1) is None


def test_a_restored_log_is_followed_from_its_head_in_a_new_epoch(
    follower: Follower, four: tuple[Head, list[Event]]
) -> None:
    at(follower.feed, Head("another", 10**9)).recent.extend(four[1])
    follower.follow()
    until(lambda: follower.feed.head.epoch == four[0].epoch)
    assert follower.seen == []
    assert follower.feed.after(follower.feed.head.position - 1) is None
