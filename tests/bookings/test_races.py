"""Two people act at the same moment: whoever is first, the rows agree, and nobody is told what is not so."""

from __future__ import annotations

from datetime import datetime

import gevent

from metaia.bookings.checking import service as checking
from tests.bookings.conftest import Cast
from tests.support.bookings import at, read, taken, try_to
from tests.support.people import Person

ROUNDS = 10


def findings(cast: Cast) -> list[object]:
    """Return what disagrees in the bookings of the partner."""
    return [found for kind in checking.KINDS for found in checking.check(kind, cast.partner.id)]


def test_a_request_is_confirmed_while_its_customer_cancels(cast: Cast):
    shop = cast.shop(confirmation="request", reminders=[120], locked_until_minutes=0)
    for number in range(ROUNDS):
        booking = shop.book(cast.customer, at(hour=number))
        calls = [(cast.partner, "confirm"), (cast.customer, "cancel")]
        calls = calls if number % 2 else calls[::-1]
        sent = [gevent.spawn(try_to, person, booking, action) for person, action in calls]
        answers = {action: each.get().status_code for (_, action), each in zip(calls, sent, strict=True)}
        assert answers["cancel"] == 200
        assert answers["confirm"] in {200, 409}
        after = read(cast.customer, booking)
        assert after["status"] == "cancelled"
        steps = cast.customer.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
        done = [step["action"] for step in steps]
        confirmed = ["confirm"] if answers["confirm"] == 200 else []
        assert done == ["book", *confirmed, "cancel"]
        assert after["version"] == len(done)
    assert taken(shop.calendar_ids[0]) == []
    assert findings(cast) == []


def test_a_day_is_closed_while_a_customer_books_it(cast: Cast):
    """The partner is told of each booking outside of the new hours: none is made after the answer."""
    shop, booked = cast.shop(), list[str]()
    for number in range(ROUNDS):
        start, customer = at(days=7 + number), cast.world.person()

        def close(start: datetime = start) -> list[str]:
            body = {"calendarId": shop.calendar_ids[0], "from": start.date().isoformat(), "closed": True}
            answer = cast.partner.put("/api/availability/exceptions", body)
            assert answer.status_code == 200, answer.text
            return [each["startsAt"] for each in answer.json()["data"]["affected"]]

        def book(start: datetime = start, customer: Person = customer) -> list[str]:
            answer = shop.try_to_book(customer, start)
            if answer.status_code == 201:
                return [str(answer.json()["data"]["booking"]["startsAt"])]
            assert answer.json()["error"]["code"] == "outside_hours", answer.text
            return []

        calls = [close, book] if number % 2 else [book, close]
        sent = [gevent.spawn(call) for call in calls]
        results = {call: each.get() for call, each in zip(calls, sent, strict=True)}
        today = [each for each in results[close] if datetime.fromisoformat(each) == start]
        assert today == results[book], number
        booked += results[book]
    assert len(taken(shop.calendar_ids[0])) == len(booked)
    assert findings(cast) == []
