"""The threads of deals: the relay gives an event of a deal its entry at the event's position."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from metaia.core import db, outbox
from metaia.core.db import AnyRow
from metaia.core.ids import new_id
from metaia.realtime import events
from tests.support.people import World
from tests.support.waiting import numbers, record, until

ENTRIES = text(
    "SELECT t.*, l.id AS logged, l.created_at, l.type AS logged_type FROM event_threads t"
    " LEFT JOIN event_log l USING (position) WHERE thread = :thread ORDER BY position"
)


def entries(thread: str, count: int) -> list[AnyRow]:
    """Wait until a thread has so many entries, and return them."""
    return until(lambda: found if len(found := db.fetch_all(ENTRIES, {"thread": thread})) >= count else None)


def test_an_event_of_a_deal_has_an_entry_at_its_position(world: World) -> None:
    person, thread = world.person(), new_id()
    with db.transaction():
        record(person, 1, thread)
    (entry,) = entries(thread, 1)
    assert (entry.ref, entry.type, entry.actor) == ("message:1", "notification.created", None)
    assert (entry.event_id, entry.type, entry.at) == (entry.logged, entry.logged_type, entry.created_at)


def test_events_with_and_without_a_deal_keep_the_order_of_their_transaction(world: World) -> None:
    person, thread = world.person(), new_id()
    screen = person.socket()
    with db.transaction():
        for number in range(20):
            record(person, number, thread if number % 3 else None)
    screen.wait("new_notification", 20)
    assert numbers(screen) == list(range(20))
    found = entries(thread, 13)
    assert [row.ref for row in found] == [f"message:{number}" for number in range(20) if number % 3]
    assert [row.position for row in found] == sorted(row.position for row in found)


@pytest.mark.parametrize(("thread", "ref"), [(new_id(), None), (None, "order:1:1")])
def test_a_thread_and_its_ref_come_together(server: object, thread: str | None, ref: str | None) -> None:
    with db.transaction(), pytest.raises(ValueError, match="a thread and a ref"):
        events.record("notification.created", {}, audience=[], thread=thread, ref=ref)
    with pytest.raises(IntegrityError, match="ck_outbox_thread"), db.transaction():
        outbox.add("event", "notification.created", {}, thread=thread, ref=ref)


def test_what_cannot_be_a_thread_fails_in_its_transaction_and_never_in_the_relay(world: World) -> None:
    person = world.person()
    with pytest.raises(Exception, match="uuid"), db.transaction():
        record(person, 1, "not a deal")
    screen = person.socket()
    with db.transaction():
        record(person, 2, new_id())
    screen.wait("new_notification")
    assert numbers(screen) == [2]
