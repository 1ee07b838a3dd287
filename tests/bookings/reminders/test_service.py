"""Reminders follow their booking; each is sent once, with the time that holds when it is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from gevent.pool import Pool
from sqlalchemy import text

from metaia.bookings.limits import service as limits
from metaia.bookings.reminders import queries, service
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.notifications.preferences import queries as preference_queries
from tests.support.bookings import Shop, act
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline

ROWS = text("SELECT minutes, due_at FROM booking_reminders WHERE booking_id = :id ORDER BY minutes")


PARIS = ZoneInfo("Europe/Paris")


def open_shop(world: World, **service: Any) -> Shop:
    given: dict[str, Any] = {"reminders": [1440, 120], "locked_until_minutes": 0} | service
    return Shop(world.person("tailor"), zone=PARIS.key, **given)


def at(days: int, hour: int = 19) -> datetime:
    """Return in UTC an hour by the clock of Paris, so many days from today."""
    day = datetime.now(PARIS).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS).astimezone(UTC)


@pytest.fixture
def shop(world: World) -> Shop:
    return open_shop(world)


def rows(booking: Json) -> dict[int, datetime]:
    return {row.minutes: row.due_at for row in db.fetch_all(ROWS, {"id": booking["id"]})}


def make_due(*bookings: Json) -> None:
    with db.transaction():
        past = text(
            "UPDATE booking_reminders SET due_at = now() WHERE booking_id = ANY(CAST(:ids AS uuid[]))"
        )
        db.execute(past, {"ids": [booking["id"] for booking in bookings]})


def remind() -> None:
    while service.send_due():
        pass


def reminders(person: Person) -> list[Json]:
    found = person.get("/api/notifications?type=booking_reminder&limit=100").json()["data"]["notifications"]
    return [notice["data"] for notice in found]


def expected(start: datetime) -> dict[int, datetime]:
    return {minutes: start - timedelta(minutes=minutes) for minutes in (120, 1440)}


def test_a_booking_without_reminders_asks_for_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(queries, "remove", asked.append)
    monkeypatch.setattr(preference_queries, "get", asked.append)
    open_shop(world, reminders=[]).book(world.person(), at(3))
    assert asked == []


def test_a_booking_has_the_reminders_of_its_service(world: World, shop: Shop) -> None:
    start = at(3)
    assert rows(shop.book(world.person(), start)) == expected(start)
    soon = now().replace(second=0, microsecond=0) + timedelta(hours=3)
    soon += timedelta(minutes=-soon.minute % 15)
    assert rows(shop.book(world.person(), soon)).keys() == {120}, "the first one would be in the past"


def test_moving_replaces_reminders_and_moving_back_sends_one(world: World, shop: Shop) -> None:
    customer, start = world.person(), at(3)
    booking = shop.book(customer, start)
    moved = act(customer, booking, "move", startsAt=rfc3339(start + timedelta(days=1)))
    assert rows(moved) == expected(start + timedelta(days=1))
    back = act(customer, moved, "move", startsAt=rfc3339(start))
    assert rows(back) == expected(start)
    make_due(back)
    remind()
    [sent] = reminders(customer)
    assert sent["startsAt"] == back["startsAt"]
    assert rows(back) == {}


def test_what_is_cancelled_is_not_reminded_of(world: World, pipeline: Pipeline) -> None:
    shop = open_shop(world, capacity=5)
    first, second = world.person(), world.person()
    cancelled, stays = (shop.book(each, at(3)) for each in (first, second))
    make_due(cancelled, stays)
    act(first, cancelled, "cancel")
    remind()
    pipeline.run()
    assert (rows(cancelled), reminders(first)) == ({}, [])
    assert len(reminders(second)) == 1
    types = text(
        "SELECT count(*) FROM deliveries JOIN notifications ON notifications.id = notification_id"
        " WHERE notifications.user_id = :id AND type = 'booking_reminder'"
    )
    assert db.fetch_value(types, {"id": first.id}) == 0
    assert db.fetch_value(types, {"id": second.id}) > 0


def test_none_of_150_cancelled_bookings_is_reminded_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers that schedule messages forget the cancellation of some: here what is due is a row."""
    for name in ("MOST_OPEN", "MOST_WITH_PARTNER"):
        monkeypatch.setattr(limits, name, 1000)
    shop, customer, other = open_shop(world, reminders=[120]), world.person(), world.person()
    session = shop.another_service(capacity=5, reminders=[120], locked_until_minutes=0)
    starts = [at(3, 0) + timedelta(hours=number) for number in range(150)]
    bookings = Pool(4).map(lambda start: shop.book(customer, start), starts)
    seats = [session.book(person, at(2)) for person in (customer, other)]
    make_due(*bookings, *seats)
    Pool(4).map(lambda booking: act(customer, booking, "cancel"), [*bookings, seats[0]])
    remind()
    ids = [booking["id"] for booking in (*bookings, seats[0])]
    left = text("SELECT count(*) FROM booking_reminders WHERE booking_id = ANY(CAST(:ids AS uuid[]))")
    assert db.fetch_value(left, {"ids": ids}) == 0
    assert reminders(customer) == []
    assert [each["bookingId"] for each in reminders(other)] == [seats[1]["id"]]


def test_a_reminder_that_waits_for_its_provider_is_dropped_with_its_booking(
    world: World, shop: Shop, pipeline: Pipeline
) -> None:
    customer = world.person()
    booking = shop.book(customer, at(3))
    pipeline.run()
    make_due(booking)
    remind()
    act(customer, booking, "cancel")
    pipeline.run()
    reasons = {row.reason for row in pipeline.deliveries(customer, "email") if row.status == "cancelled"}
    assert "outdated" in reasons


def test_reminders_that_are_due_together_are_one(world: World, shop: Shop) -> None:
    customer = world.person()
    booking = shop.book(customer, at(3))
    make_due(booking)
    remind()
    remind()
    assert len(reminders(customer)) == 1


def test_a_reminder_expires_at_the_start(world: World, shop: Shop) -> None:
    customer = world.person()
    booking = shop.book(customer, at(3))
    make_due(booking)
    remind()
    query = text("SELECT expires_at FROM notifications WHERE user_id = :id AND type = 'booking_reminder'")
    expires_at = db.fetch_value(query, {"id": customer.id})
    assert rfc3339(expires_at) == booking["startsAt"]


def test_quiet_hours_move_reminders_that_are_to_come(world: World, shop: Shop) -> None:
    customer, start = world.person(), at(3, hour=9)
    booking = shop.book(customer, start)
    quiet = {"from": "00:00", "until": "20:00"}  # UTC, where the customer lives
    assert customer.patch("/api/notifications/preferences", {"quietHours": quiet}).ok
    evening = datetime.combine(start.astimezone(UTC).date(), datetime.min.time(), UTC) - timedelta(minutes=5)
    assert rows(booking)[120] == evening
    assert customer.patch("/api/notifications/preferences", {"quietHours": None}).ok
    assert rows(booking) == expected(start)


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_an_end_deletes_reminders(world: World, action: str) -> None:
    shop = open_shop(world, confirmation="request")
    booking = shop.book(world.person(), at(3))
    assert rows(booking), "a request has reminders too"
    more: dict[str, Any] = {"reason": "other"} if action == "decline" else {}
    act(shop.partner, booking, action, **more)
    assert rows(booking) == {}
