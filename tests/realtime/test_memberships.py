"""Rooms of memberships: entered without asking, in replay and live, from the change to the change."""

from __future__ import annotations

import random
import tracemalloc
from collections import deque
from typing import Any

import gevent
import pytest
from flask import Flask

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.extensions import socketio
from metaia.realtime import membership_state, memberships, runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients import rooms as plain_rooms
from metaia.realtime.clients.socketio import Client
from metaia.realtime.gateways import requested_rooms
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.membership_state import Memberships
from metaia.realtime.memberships import MEMBERSHIPS
from tests.support.memberships import NAME, Group, find
from tests.support.people import Person, Socket, World
from tests.support.plain_clients import Plain, stream, ticket
from tests.support.plans import statements
from tests.support.waiting import caught_up, numbers, relay_paused, send_numbered, until

Json = dict[str, Any]
AWAY = db.UNAVAILABLE[1]("away")


@pytest.fixture
def feed(app: Flask) -> Feed:
    return runtime.of(app).feed


@pytest.fixture
def forgetful(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the process's memory, so that every replay reads the log."""
    monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=2))


@pytest.fixture(params=["from memory", "from the log"])
def either_way(request: pytest.FixtureRequest) -> None:
    if request.param == "from the log":
        request.getfixturevalue("forgetful")


def heard(socket: Socket, *expected: int) -> None:
    """Wait for the last of the expected numbers, and compare all."""
    if expected:
        until(lambda: expected[-1] in numbers(socket), f"{expected[-1]} in {numbers(socket)}")
    assert numbers(socket) == list(expected)


def barrier(person: Person, socket: Socket, number: int) -> None:
    """Wait for an event of the person's own room: everything before it has been delivered."""
    send_numbered(person, number)
    until(lambda: number in numbers(socket), f"{number} in {numbers(socket)}")


def test_members_hear_the_room_from_joining_to_leaving(world: World, group: Group) -> None:
    person, other = world.person(), world.person()
    phone, tablet, stranger = person.socket(), person.socket(), other.socket()
    send_numbered(group.room, 1)
    group.join(person)
    send_numbered(group.room, 2, 3)
    group.leave(person)
    send_numbered(group.room, 4)
    send_numbered(person, 5)
    for device in (phone, tablet):
        heard(device, 2, 3, 5)
    barrier(other, stranger, 6)
    assert numbers(stranger) == [6]


def test_a_change_that_is_rolled_back_changes_nothing(world: World, group: Group) -> None:
    person = world.person()
    phone = person.socket()
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(group, person)
    send_numbered(group.room, 1)
    barrier(person, phone, 2)
    assert numbers(phone) == [2]


def _change_and_fail(group: Group, person: Person) -> None:
    with db.transaction():
        memberships.changed(group.room, joined=[person.id])
        raise ZeroDivisionError


def test_a_member_that_was_away_gets_what_was_said(
    world: World, feed: Feed, group: Group, either_way: None
) -> None:
    person = world.person()
    group.join(person)
    phone = person.socket()
    send_numbered(group.room, 1)
    heard(phone, 1)
    cursor = phone.cursor
    phone.close()
    send_numbered(group.room, *range(2, 12))
    caught_up(feed)
    back = person.socket(cursor)
    assert numbers(back) == list(range(2, 12))
    send_numbered(group.room, 12)
    heard(back, *range(2, 13))


def test_nothing_from_before_joining_or_after_leaving_is_replayed(
    world: World, feed: Feed, group: Group, either_way: None
) -> None:
    person = world.person()
    cursor = person.socket().cursor
    send_numbered(group.room, 1, 2, 3)
    group.join(person)
    send_numbered(group.room, 4, 5)
    group.leave(person)
    send_numbered(group.room, 6, 7)
    group.join(person)
    send_numbered(group.room, 8)
    send_numbered(person, 9)
    caught_up(feed)
    assert numbers(person.socket(cursor)) == [4, 5, 8, 9]


def _synced(person: Person, cursor: str) -> list[Json]:
    events, more = list[Json](), True
    while more:
        page = person.get("/api/sync", params={"cursor": cursor, "limit": 3}).json()["data"]
        events += page["events"]
        cursor, more = page["cursor"], page["more"]
    return [event["data"] for event in events]


def _streamed(person: Person, cursor: str, last: int) -> list[Json]:
    found: list[Json] = []
    with stream(person, {"Last-Event-ID": cursor}) as events:
        for event in events:
            if event["event"] == "new_notification":
                found.append(event["data"])
                if event["data"]["data"]["number"] == last:
                    return found
    raise AssertionError(found)


def _framed(person: Person, connect: Any, cursor: str, last: int) -> list[Json]:
    client: Plain = connect(f"/ws?ticket={ticket(person)}&cursor={cursor}")
    found: list[Json] = []
    while not found or found[-1]["data"]["number"] != last:
        message = client.next()
        if message["type"] == "new_notification":
            found.append(message["data"])
    return found


@pytest.mark.parametrize("live", [False, True], ids=["replayed", "live"])
def test_all_four_ways_tell_the_same(
    world: World, feed: Feed, group: Group, connect: Any, live: bool
) -> None:
    person = world.person()
    first = person.socket()
    cursor = first.cursor

    def happen() -> None:
        send_numbered(group.room, 1)
        group.join(person)
        send_numbered(group.room, 2, 3)
        group.leave(person)
        send_numbered(group.room, 4)
        group.join(person)
        send_numbered(group.room, 5)
        send_numbered(person, 6)

    ways: list[gevent.Greenlet[..., Any]] = [
        gevent.spawn(_streamed, person, cursor, 6),
        gevent.spawn(_framed, person, connect, cursor, 6),
    ]
    if live:
        room = f"user-{person.id}"
        until(lambda: len(plain_rooms.members([room])) == 2, "both are live")
    happen()
    heard(first, 2, 3, 5, 6)
    expected = first.of("new_notification")
    for way in ways:
        assert way.get(timeout=30) == expected
    assert _synced(person, cursor) == expected
    assert person.socket(cursor).of("new_notification") == expected


def test_a_long_poll_hears_a_room_that_was_joined_while_it_waits(
    world: World, app: Flask, group: Group
) -> None:
    person = world.person()
    cursor = person.socket().cursor
    poll = gevent.spawn(person.get, "/api/sync", params={"cursor": cursor, "wait": 20})
    until(lambda: f"user-{person.id}" in runtime.of(app).feed._waiting, "it waits")
    group.join(person)
    page = poll.get(timeout=15).json()["data"]
    assert (page["events"], page["more"]) == ([], True)  # from the change on, other rooms count
    poll = gevent.spawn(person.get, "/api/sync", params={"cursor": page["cursor"], "wait": 20})
    until(lambda: group.room in runtime.of(app).feed._waiting, "it waits for the room")
    send_numbered(group.room, 1)
    page = poll.get(timeout=15).json()["data"]
    assert numbers([event["data"] for event in page["events"]]) == [1]


def test_a_change_while_pages_are_replayed_is_not_missed(
    world: World, feed: Feed, group: Group, forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was read before the change, and the feed has passed the change before the client is live."""
    person, room = world.person(), group.room
    left = Group()
    left.join(person)
    cursor = person.socket().cursor
    send_numbered(left.room, *range(10))
    caught_up(feed)
    page, asked = log_store.page, list[int]()

    def change_after(*arguments: Any, **options: Any) -> Any:
        found = page(*arguments, **options)
        if f"user-{person.id}" in (options.get("rooms") or ()) and not asked:
            asked.append(1)
            group.join(person)
            left.leave(person)
            send_numbered(room, 20)
            send_numbered(left.room, 21)
            caught_up(feed)
        return found

    monkeypatch.setattr(log_store, "page", change_after)
    back = person.socket(cursor)
    assert asked
    send_numbered(room, 22)
    send_numbered(left.room, 23)
    barrier(person, back, 24)
    assert numbers(back) == [*range(10), 20, 22, 24]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_while_memberships_are_read_is_not_missed(
    world: World, app: Flask, feed: Feed, group: Group, when: str
) -> None:
    person = world.person()
    left = Group()
    left.join(person)
    cursor = person.socket().cursor
    done: list[int] = []

    def find_slowly(user_ids: list[str]) -> dict[str, list[str]]:
        found = find(user_ids)
        if person.id in user_ids and not done:
            done.append(1)
            send_numbered(group.room, 1)
            group.join(person)
            left.leave(person)
            send_numbered(group.room, 2)
            send_numbered(left.room, 3)
            caught_up(feed)
        return find(user_ids) if when == "before" else found

    MEMBERSHIPS.of(app)[NAME] = find_slowly
    back = person.socket(cursor)
    assert done
    send_numbered(group.room, 4)
    send_numbered(left.room, 5)
    barrier(person, back, 6)
    assert numbers(back) == [2, 4, 6]


def test_a_membership_that_the_relay_has_not_moved_yet_begins_where_it_is_in_the_log(
    world: World, feed: Feed, group: Group
) -> None:
    person = world.person()
    cursor = person.socket().cursor
    send_numbered(group.room, 1)
    caught_up(feed)
    with relay_paused():
        send_numbered(group.room, 2)
        group.join(person)
        send_numbered(group.room, 3)
        back = person.socket(cursor)
    barrier(person, back, 4)
    assert numbers(back) == [3, 4]


def test_random_histories_are_replayed_as_they_were(
    world: World, feed: Feed, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every place in the log: a client gets the events of the time of its memberships, and no other."""
    dice = random.Random(5)
    person = world.person()
    groups = [group, Group(), Group()]
    witness = person.socket()
    history: list[tuple[str, Group, int]] = []
    members: set[Group] = set()
    cursors = [(0, witness.cursor)]
    for number in range(60):
        chosen = dice.choice(groups)
        if dice.random() < 0.3:
            change = "leave" if chosen in members else "join"
            getattr(chosen, change)(person)
            members ^= {chosen}
            history.append((change, chosen, 0))
        else:
            send_numbered(chosen.room, number)
            history.append(("event", chosen, number))
        if number % 6 == 0:
            send_numbered(person, 1000 + number)
            history.append(("own", chosen, 1000 + number))
            event = witness.wait("new_notification", where=lambda e: e["data"].get("number") == 1000 + number)  # noqa: B023
            cursors.append((len(history), event[0]["cursor"]))
    caught_up(feed)
    heard(witness, *_expected(history, 0))
    for remembered in (feed.recent.maxlen, 5):
        monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=remembered))
        for place, cursor in cursors:
            assert numbers(person.socket(cursor)) == _expected(history, place), place
            assert numbers(_synced(person, cursor)) == _expected(history, place), place


def _expected(history: list[tuple[str, Group, int]], place: int) -> list[int]:
    """Return what a client must get from a place on."""
    there = set[Group]()
    for what, where, _ in history[:place]:
        there = _after(there, what, where)
    found = []
    for what, where, number in history[place:]:
        there = _after(there, what, where)
        if what == "own" or (what == "event" and where in there):
            found.append(number)
    return found


def _after(there: set[Group], what: str, where: Group) -> set[Group]:
    return there | {where} if what == "join" else there - {where} if what == "leave" else there


def test_rooms_of_memberships_do_not_count_against_the_limit(
    world: World, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person()
    orders = [person.order() for _ in range(2)]
    rooms = [group, *(Group() for _ in range(9))]
    for each in rooms:
        each.join(person)
    phone = person.socket()
    own = 4 + 1  # its sid, the user's, the role's, that of everyone and that of all partners
    monkeypatch.setattr(requested_rooms, "MAX_ROOMS", own + 1)
    assert phone.ask("join_order_room", orders[0]["id"])["ok"]
    assert phone.ask("join_order_room", orders[1]["id"])["error"]["code"] == "too_many_rooms"


def test_leaving_a_room_that_was_asked_for_keeps_the_membership(
    world: World, app: Flask, group: Group
) -> None:
    person = world.person()
    order = person.order()
    group.room = f"order-{order['id']}"
    group.join(person)
    phone = person.socket()
    assert phone.ask("join_order_room", order["id"])["ok"]
    assert phone.ask("leave_order_room", order["id"])["ok"]
    send_numbered(group.room, 1)
    heard(phone, 1)


def test_who_may_not_be_in_a_room_any_more_leaves_it_though_it_has_asked_for_it(
    world: World, group: Group
) -> None:
    person = world.person()
    order = person.order()
    room = f"order-{order['id']}"
    phone = person.socket()
    assert phone.ask("join_order_room", order["id"])["ok"]
    with db.transaction():
        memberships.changed(room, expelled=[person.id])
    send_numbered(room, 1)
    barrier(person, phone, 2)
    assert numbers(phone) == [2]


def test_a_newer_token_keeps_the_memberships(world: World, group: Group) -> None:
    person = world.person()
    group.join(person)
    phone = person.socket()
    assert phone.ask("auth:refresh", {"token": person.token})["ok"]
    send_numbered(group.room, 1)
    heard(phone, 1)


@pytest.mark.parametrize(("most", "queries"), [(1_000, 3), (10, 8)])
def test_many_clients_that_come_at_once_are_read_with_few_queries(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, most: int, queries: int
) -> None:
    monkeypatch.setattr(membership_state, "MOST_ASKED", most)
    asked: list[int] = []

    def slowly(user_ids: list[str]) -> dict[str, list[str]]:
        asked.append(len(user_ids))
        gevent.sleep(0.01)
        return {user_id: [f"group-{user_id}"] for user_id in user_ids}

    reader = Memberships(runtime.of(app).feed)
    MEMBERSHIPS.of(app)[NAME] = slowly
    try:
        with app.app_context():
            head = runtime.of(app).feed.head.position
            seen: dict[str, frozenset[str]] = {}
            users = [new_id() for _ in range(50)]
            ask = lambda user_id: seen.update({user_id: reader.at(user_id, head)})  # noqa: E731
            gevent.joinall([runtime.of(app).spawn(ask, user_id) for user_id in users], timeout=30)
    finally:
        del MEMBERSHIPS.of(app)[NAME]
    assert len(asked) <= queries
    assert max(asked) <= most
    assert seen == {user_id: frozenset({f"group-{user_id}"}) for user_id in users}
    assert not reader._asked


def test_a_failed_read_fails_for_its_client_only(app: Flask, world: World) -> None:
    user_id = new_id()
    answers: list[Any] = [ZeroDivisionError, {user_id: ["group-1"]}]

    def find_or_fail(_: list[str]) -> dict[str, list[str]]:
        answer = answers.pop(0)
        if not isinstance(answer, dict):
            raise answer
        return answer

    reader, head = Memberships(runtime.of(app).feed), runtime.of(app).feed.head.position
    MEMBERSHIPS.of(app)[NAME] = find_or_fail
    try:
        with app.app_context():
            with pytest.raises(ZeroDivisionError):
                reader.at(user_id, head)
            assert reader.at(user_id, head) == {"group-1"}
    finally:
        del MEMBERSHIPS.of(app)[NAME]
    assert not reader._asked


def test_an_unavailable_database_fails_all_that_wait_at_the_same_time(app: Flask, world: World) -> None:
    """They come back by themselves. One after the other, the last would wait for all failures before it."""
    reads: list[int] = []

    def fail_slowly(user_ids: list[str]) -> Any:
        reads.append(len(user_ids))
        gevent.sleep(0.01)
        raise AWAY

    reader, failed = Memberships(runtime.of(app).feed), list[str]()

    def ask(user_id: str) -> None:
        with pytest.raises(type(AWAY)):
            reader.at(user_id, runtime.of(app).feed.head.position)
        failed.append(user_id)

    MEMBERSHIPS.of(app)[NAME] = fail_slowly
    users = [new_id() for _ in range(50)]
    try:
        gevent.joinall([runtime.of(app).spawn(ask, user_id) for user_id in users], timeout=30)
    finally:
        del MEMBERSHIPS.of(app)[NAME]
    assert sorted(failed) == sorted(users)
    assert (len(reads), sum(reads)) == (2, 50)
    assert not reader._asked


def test_one_statement_reads_the_changes_that_memberships_may_reflect(
    app: Flask, world: World, group: Group
) -> None:
    person, reader = world.person(), Memberships(runtime.of(app).feed)
    group.join(person)
    caught_up(runtime.of(app).feed)
    with app.app_context(), statements() as run:
        assert reader.at(person.id, runtime.of(app).feed.head.position) == {group.room}
    assert len(run) == len(MEMBERSHIPS.of(app)) + 1


def test_clients_that_were_away_for_long_leave_connections_to_requests(
    app: Flask, world: World, group: Group, forgetful: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    day_of, running, most = log_store.day_of, list[int](), list[int]()

    def slowly(position: int) -> Any:
        running.append(position)
        most.append(len(running))
        gevent.sleep(0.01)
        running.pop()
        return day_of(position)

    monkeypatch.setattr(log_store, "day_of", slowly)
    reader, start = Memberships(runtime.of(app).feed), runtime.of(app).feed.head.position
    send_numbered(group.room, 1, 2, 3)
    caught_up(runtime.of(app).feed)
    asking = [runtime.of(app).spawn(reader.at, new_id(), start) for _ in range(20)]
    gevent.joinall(asking, timeout=30, raise_error=True)
    assert (len(most), max(most)) == (20, 2)


@pytest.mark.parametrize("error", [AWAY, ZeroDivisionError()], ids=["away", "a bug"])
def test_a_client_whose_memberships_cannot_be_read_is_disconnected(
    app: Flask, world: World, group: Group, error: Exception
) -> None:
    """It comes back with its cursor: as a live client without its rooms it would miss events in silence."""
    person = world.person()

    def fail(_: list[str]) -> Any:
        raise error

    MEMBERSHIPS.of(app)[NAME] = fail
    client = Socket(world.url, auth={"token": person.token})
    until(lambda: f"customer {person.id}" not in connections.users(), "it is disconnected")
    assert client.of("sync") == []
    client.close()


def test_three_groups_cost_a_connection_less_than_two_kilobytes(app: Flask, world: World) -> None:
    """Without a membership a connection has no more bytes than before."""
    people = 1_000
    groups = [f"group-{new_id()}" for _ in range(3 * people // 100)]
    with app.app_context():
        clients = [Client(f"sid{n}", Actor(new_id(), "customer", "s", 0.0)) for n in range(people)]
        assert all("memberships" not in vars(client) for client in clients)
        for client in clients:
            socketio.server.manager.basic_enter_room(client.key, "/", client.key, eio_sid=client.key)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for number, client in enumerate(clients):
            for each in range(3):
                client.enter(groups[(number + each) % len(groups)])
        spent = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        for client in clients:
            socketio.server.manager.basic_disconnect(client.key, "/")
    assert spent / people <= 2_048, spent / people


def test_a_client_without_a_cursor_gets_its_sync_and_then_what_came_while_it_connected(
    world: World, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, ask, sent = world.person(), Memberships.at, list[int]()

    def while_it_is_asked(state: Memberships, user_id: str, position: int) -> memberships.Rooms:
        found = ask(state, user_id, position)
        if user_id == person.id and not sent:
            sent.append(1)
            send_numbered(person, 1)
            caught_up(feed)
        return found

    monkeypatch.setattr(Memberships, "at", while_it_is_asked)
    phone = person.socket()
    barrier(person, phone, 2)
    assert (sent, numbers(phone), phone.heard[0][0]) == ([1], [1, 2], "sync")
