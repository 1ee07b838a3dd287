"""From the outbox to the log: every committed event gets one position, from exactly one relay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import gevent
import pytest
from flask import Flask
from gevent.event import Event as Signal
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.extensions import db as database
from metaia.realtime import events, runtime
from metaia.realtime.log import store as log_store
from metaia.realtime.log.relay import Relay, move
from metaia.realtime.log.store import Event
from tests.support.people import Person, World
from tests.support.waiting import leaders, numbers, record, send_numbered, send_one_by_one, until

NUMBERS_OF = text(
    "SELECT position, (payload -> 'data' ->> 'number')::int AS number FROM event_log"
    " JOIN event_audience USING (position, day) WHERE room = :room ORDER BY position"
)

BEATEN_AT = text("SELECT at FROM relay_beat")


def logged(person: Person) -> list[int]:
    """Return the numbers of a person's events, in the order of the log."""
    return [row.number for row in db.fetch_all(NUMBERS_OF, {"room": f"user-{person.id}"})]


def all_logged(person: Person, count: int) -> None:
    until(lambda: len(logged(person)) == count)


def another_leads(leader: int) -> None:
    until(lambda: leaders() not in ([], [leader]), "another connection leads")


def positions() -> list[int]:
    return [row.position for row in db.fetch_all(text("SELECT position FROM event_log ORDER BY position"))]


@pytest.fixture
def second(app: Flask, server: object) -> Iterator[Relay]:
    """Give a second relay, as in another process; afterwards the application's own leads again."""
    relay = Relay(lambda _: None)
    greenlet = runtime.of(app).spawn(relay.run)
    yield relay
    greenlet.kill()
    until(lambda: runtime.of(app).relay.leading, "the first relay leads again")


def test_positions_have_no_gaps_whatever_is_written_at_once(app: Flask, world: World) -> None:
    people = [world.person() for _ in range(5)]
    writers = [runtime.of(app).spawn(send_one_by_one, person, range(40)) for person in people]
    gevent.joinall(writers, raise_error=True)
    for person in people:
        all_logged(person, 40)
        assert logged(person) == list(range(40))
    found = positions()
    assert found == list(range(1, len(found) + 1))
    assert log_store.head().position >= len(found)


def test_events_of_one_transaction_keep_their_order(world: World) -> None:
    person = world.person()
    screen = person.socket()
    send_numbered(person, *range(50))
    screen.wait("new_notification", 50)
    assert numbers(screen) == list(range(50))


def test_a_slow_transaction_with_a_lower_id_is_not_lost(app: Flask, world: World) -> None:
    """Ids are assigned before the commit, so a reader of `id > N` misses a row of a transaction that commits later."""
    person = world.person()
    screen = person.socket()
    written, commit = Signal(), Signal()

    def slowly() -> None:
        with db.transaction() as unit:
            record(person, 1)
            unit.writes.send(unit.connection.connection.driver_connection)  # type: ignore[arg-type]
            written.set()
            commit.wait()

    slow = runtime.of(app).spawn(slowly)
    assert written.wait(5)
    send_numbered(person, 2)
    screen.wait("new_notification", 1)
    commit.set()
    slow.get()
    screen.wait("new_notification", 2)
    assert numbers(screen) == [2, 1]


def test_events_of_a_rolled_back_transaction_are_never_sent(world: World) -> None:
    person = world.person()
    screen = person.socket()

    def fail() -> None:
        with db.transaction():
            record(person, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    send_numbered(person, 2)
    screen.wait("new_notification")
    assert numbers(screen) == logged(person) == [2]


def test_an_event_that_is_not_in_the_catalogue_is_refused(server: object) -> None:
    with db.transaction(), pytest.raises(LookupError):
        events.record("nobody.knows", {}, audience=[])


def test_an_event_cannot_be_recorded_outside_of_a_transaction(server: object) -> None:
    with pytest.raises(RuntimeError):
        record("user-x", 1)


def test_of_two_relays_one_leads(app: Flask, second: Relay) -> None:
    first = runtime.of(app).relay
    until(lambda: first.leading)
    assert len(leaders()) == 1
    assert not second.leading


def test_another_relay_takes_over_without_loss_when_the_leaders_connection_dies(
    app: Flask, world: World, second: Relay
) -> None:
    person = world.person()
    screen = person.socket()
    first = runtime.of(app).relay
    writer = runtime.of(app).spawn(send_one_by_one, person, range(300))
    screen.wait("new_notification", 50)
    for _ in range(2):
        (leader,) = until(leaders, "a relay leads")
        assert db.fetch_value(text("SELECT pg_terminate_backend(:pid)"), {"pid": leader})
        another_leads(leader)
        until(lambda: first.leading != second.leading, "exactly one leads")
    writer.get()
    screen.wait("new_notification", 300)
    assert numbers(screen) == logged(person) == list(range(300))
    found = positions()
    assert found == list(range(1, len(found) + 1))


def test_a_relay_that_is_stopped_gives_the_lead_back(app: Flask, server: object) -> None:
    first = runtime.of(app).relay
    for _ in range(2):
        third = Relay(lambda _: None)
        greenlet = runtime.of(app).spawn(third.run)
        (leader,) = until(leaders)
        db.fetch_value(text("SELECT pg_terminate_backend(:pid)"), {"pid": leader})
        another_leads(leader)
        greenlet.kill()
        assert not third.leading
        until(lambda: first.leading and leaders(), "the first leads again")


def test_a_batch_is_as_large_as_asked_and_the_rest_waits(world: World) -> None:
    """In a transaction that is rolled back, so that the leader never sees these rows."""
    person = world.person()
    undone = database.engine.execution_options(isolation_level="READ COMMITTED")
    with undone.connect() as connection:
        insert = text(
            "INSERT INTO outbox (uid, kind, type, payload, audience, created_at)"
            " SELECT gen_random_uuid(), 'event', 'notification.created', '{}', ARRAY[:room], :now"
            " FROM generate_series(1, 5)"
        )
        connection.execute(insert, {"room": f"user-{person.id}", "now": now()})
        moved: list[list[Event]] = [move(connection, 2) for _ in range(4)]
        connection.rollback()
    assert [len(batch) for batch in moved] == [2, 2, 1, 0]
    places = [event.position for batch in moved for event in batch]
    assert places == list(range(places[0], places[0] + 5))
    assert {event.audience for batch in moved for event in batch} == {(f"user-{person.id}",)}


def test_the_next_days_have_their_partitions_before_they_begin(server: object) -> None:
    tables = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event_log'::regclass")
    found = {row[0] for row in db.fetch_all(tables)}
    for ahead in range(3):
        assert f"event_log_{now().date() + timedelta(days=ahead):%Y%m%d}" in found
    rest = db.fetch_value(text("SELECT count(*) FROM event_log_rest"))
    assert rest == 0


def test_a_leader_shows_that_it_lives_whatever_else_it_does(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy leader is not frozen: in this test, passing new events on takes long."""
    relay = runtime.of(app).relay
    until(lambda: relay.leading)
    go_on = Signal()
    monkeypatch.setattr(relay, "on_moved", lambda _: go_on.wait())
    send_numbered(world.person(), 1)
    begun = now()
    until(lambda: db.fetch_value(BEATEN_AT) > begun + timedelta(seconds=1), "it goes on beating")
    go_on.set()
