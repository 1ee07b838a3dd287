"""Resuming: a client with a cursor gets everything that it missed, once and in order."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.realtime import runtime
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.membership_state import Memberships
from metaia.realtime.memberships import Rooms
from tests.support.people import Socket, World
from tests.support.waiting import caught_up, numbers, send_numbered, send_one_by_one


@pytest.fixture
def feed(app: Flask) -> Feed:
    return runtime.of(app).feed


@pytest.fixture
def forgetful(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the process's memory to ten events, so that replay must read the log."""
    monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=10))


def last_sync(socket: Socket) -> dict[str, object]:
    return socket.of("sync")[-1]


def test_missed_events_arrive_in_order_and_sync_counts_them(world: World, feed: Feed) -> None:
    person = world.person()
    first = person.socket()
    send_numbered(person, 1, 2)
    first.wait("new_notification", 2)
    cursor = first.cursor
    first.close()
    send_numbered(person, 3)
    send_numbered(person, 4, 5)
    send_numbered(world.person(), 6)
    caught_up(feed)
    second = person.socket(cursor)
    assert numbers(second) == [3, 4, 5]
    assert [name for name, _ in second.heard] == [*["new_notification"] * 3, "sync"]
    sync = last_sync(second)
    assert (sync["replayed"], sync["complete"], sync["resync"]) == (3, True, False)
    assert sync["cursor"] == feed.head.cursor()


def test_a_client_resumes_from_the_cursor_of_any_event(world: World, feed: Feed) -> None:
    person = world.person()
    first = person.socket()
    send_numbered(person, *range(5))
    received = first.wait("new_notification", 5)
    caught_up(feed)
    for event in received:
        number = event["data"]["number"]
        assert numbers(person.socket(event["cursor"])) == list(range(number + 1, 5))


def test_nothing_was_missed_is_a_sync_too(world: World) -> None:
    person = world.person()
    sync = last_sync(person.socket(person.socket().cursor))
    assert (sync["replayed"], sync["resync"]) == (0, False)


def test_more_than_one_page_is_replayed_page_by_page(world: World, feed: Feed, forgetful: None) -> None:
    person = world.person()
    cursor = person.socket().cursor
    many = 2 * log_store.PAGE + 100
    send_numbered(person, *range(many))
    caught_up(feed)
    back = person.socket(cursor)
    assert numbers(back) == list(range(many))
    syncs = back.of("sync")
    assert [sync["complete"] for sync in syncs] == [False, False, True]
    assert [sync["replayed"] for sync in syncs] == [log_store.PAGE, 2 * log_store.PAGE, many]
    assert [name for name, _ in back.heard][log_store.PAGE] == "sync"
    halfway = person.socket(syncs[0]["cursor"])
    assert numbers(halfway) == list(range(log_store.PAGE, many))


@pytest.mark.parametrize("remembering", [True, False], ids=["from memory", "from the log"])
def test_events_during_replay_are_not_lost_doubled_or_early(
    app: Flask, world: World, feed: Feed, request: pytest.FixtureRequest, remembering: bool
) -> None:
    if not remembering:
        request.getfixturevalue("forgetful")
    person = world.person()
    cursor = person.socket().cursor
    send_numbered(person, *range(700))
    caught_up(feed)
    producer = runtime.of(app).spawn(send_one_by_one, person, range(700, 900))
    screens = [person.socket(cursor) for _ in range(4)]
    producer.join()
    for screen in screens:
        screen.wait("new_notification", 900)
        assert numbers(screen) == list(range(900))
        cursors = [int(data["cursor"].partition(".")[2]) for _, data in screen.heard]
        assert cursors == sorted(cursors)


def test_replay_begins_before_this_process_has_caught_up(world: World, feed: Feed) -> None:
    """The event may be in the log already but not yet at this process, or not even in the log."""
    person = world.person()
    for number in range(20):
        cursor = person.socket().cursor
        send_numbered(person, number)
        back = person.socket(cursor)
        back.wait("new_notification")
        assert numbers(back) == [number]


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "garbage",
        lambda _: ".",
        lambda _: "x" * 5000,
        lambda good: good.partition(".")[0],
        lambda good: "00000000." + good.partition(".")[2],
        lambda good: good.partition(".")[0] + ".-1",
        lambda good: good.partition(".")[0] + ".1e3",
        lambda good: good.partition(".")[0] + "." + "9" * 40,
        lambda good: good.partition(".")[0] + f".{int(good.partition('.')[2]) + 100_000}",
        lambda good: good.partition(".")[0] + ".٣",
    ],
)
def test_an_invalid_cursor_resyncs_at_the_head(world: World, feed: Feed, forge: object) -> None:
    person = world.person()
    send_numbered(person, 1)
    caught_up(feed)
    assert callable(forge)
    back = person.socket(auth={"token": person.token, "cursor": forge(feed.head.cursor())})
    sync = last_sync(back)
    assert (sync["resync"], sync["replayed"], sync["complete"]) == (True, 0, True)
    assert sync["cursor"] == feed.head.cursor()
    send_numbered(person, 2)
    back.wait("new_notification")
    assert numbers(back) == [2]


@pytest.mark.parametrize(
    ("cursor", "resync"),
    [(None, False), ("", False), (17, True), (["x"], True), ({"a": 1}, True), (False, True)],
)
def test_a_cursor_that_is_no_text_means_resync(world: World, cursor: object, resync: bool) -> None:
    """A client that sends something as cursor was connected before: it must not miss in silence."""
    person = world.person()
    assert last_sync(person.socket(auth={"token": person.token, "cursor": cursor}))["resync"] is resync


def test_anothers_cursor_shows_only_ones_own_events(world: World, feed: Feed) -> None:
    person, other = world.person(), world.person()
    cursor = other.socket().cursor
    send_numbered(other, 1)
    send_numbered(person, 2)
    send_numbered(other, 3)
    caught_up(feed)
    assert numbers(person.socket(cursor)) == [2]


def test_an_order_looks_the_same_in_replay_as_live(world: World, feed: Feed, forgetful: None) -> None:
    customer, tailor, admin = world.person(), world.person("tailor"), world.staff("admin")
    people = (customer, tailor, admin)
    live = [person.socket() for person in people]
    cursors = [screen.cursor for screen in live]
    order = customer.order(partnerId=tailor.id)
    for action in ("accept", "prepare", "ready", "complete"):
        tailor.act(order, action)
    send_numbered(customer, *range(20))  # more than this process remembers
    caught_up(feed)
    for person, screen, cursor in zip(people, live, cursors, strict=True):
        missed = person.socket(cursor)
        received = screen.wait("order_update", 5)
        assert missed.of("order_update") == received
        assert [update["order"]["allowedActions"] for update in received][-1] == []
        assert missed.of("new_notification") == screen.of("new_notification")


@pytest.fixture
def old_day(world: World, feed: Feed) -> Iterator[str]:
    """Make the log so far ten days old, then prune it, and give a cursor from that time."""
    person = world.person()
    cursor = person.socket().cursor
    send_numbered(person, 1)
    caught_up(feed)
    before = log_store.days()
    today = max(before)
    old = today - timedelta(days=10)
    with db.transaction():
        for table in ("event_log", "event_audience"):
            db.execute(
                text(
                    f"CREATE TABLE {table}_{old:%Y%m%d} PARTITION OF {table}"
                    f" FOR VALUES FROM ('{old}') TO ('{old + timedelta(days=1)}')"
                )
            )
        head = log_store.head().position
        db.execute(text("UPDATE log_days SET first_position = :first"), {"first": head + 1})
        db.execute(
            text("INSERT INTO log_days VALUES (:day, :first)"), {"day": old, "first": min(before.values())}
        )
    with db.transaction():
        assert log_store.prune(7) == [old]
    yield cursor
    with db.transaction():
        db.execute(
            text("UPDATE log_days SET first_position = :first WHERE day = :day"),
            {"day": today, "first": before[today]},
        )


def test_a_cursor_older_than_the_log_resyncs(
    world: World, feed: Feed, forgetful: None, old_day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.recent.clear()
    person = world.person()
    sync = last_sync(person.socket(old_day))
    assert (sync["resync"], sync["replayed"], sync["complete"]) == (True, 0, True)
    assert sync["cursor"] == feed.head.cursor()
    asked: list[int] = []

    def ask(_: Memberships, __: str, position: int) -> Rooms:
        asked.append(position)
        return frozenset()

    monkeypatch.setattr(Memberships, "at", ask)
    page = person.get(f"/api/sync?cursor={old_day}").json()["data"]
    assert (page["resync"], page["events"]) == (True, [])
    assert not asked, "memberships are not read for a cursor that the log cannot resume from"


@pytest.fixture
def rolled_back() -> Iterator[None]:
    """Run a test in a transaction, and roll it back."""

    class Undo(Exception):
        pass

    with contextlib.suppress(Undo), db.transaction():
        yield
        raise Undo


def test_a_log_with_only_old_days_still_recognises_older_cursors(world: World, rolled_back: None) -> None:
    """After two weeks without events none is kept: an older cursor must not look as if nothing was missed."""
    db.execute(text("DELETE FROM log_days"))
    for ago, first in ((30, 1), (20, 3)):
        day = now().date() - timedelta(days=ago)
        db.execute(text("INSERT INTO log_days VALUES (:day, :first)"), {"day": day, "first": first})
    log_store.prune(7)
    head = log_store.Head("epoch", 5)
    assert head.resume("epoch.1", log_store.first_kept(log_store.days())) is None
    assert head.resume("epoch.5", log_store.first_kept(log_store.days())) == 5
