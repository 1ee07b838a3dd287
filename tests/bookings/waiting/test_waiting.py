"""The waiting list: a freed time is offered to the oldest entry for 15 minutes, then to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import update

from metaia.bookings import jobs as booking_jobs
from metaia.bookings.waiting import jobs, offering, queries, service
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, Shop, act, at, change_row, drift, read
from tests.support.people import Person

PATH = "/api/bookings/waitlist"


def try_to_wait(person: Person, shop: Shop, **body: Any) -> requests.Response:
    given = {"serviceId": shop.service_id, "from": at(3, 9).isoformat(), "to": at(3, 12).isoformat()}
    return person.post(PATH, given | body)


def wait(person: Person, shop: Shop, **body: Any) -> Json:
    answer = try_to_wait(person, shop, **body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()["data"]["wait"]
    return found


def entry(person: Person) -> Json:
    [found] = person.get(PATH).json()["data"]["waits"]
    return dict(found)


def full(shop: Shop, person: Person) -> list[Json]:
    """Book all starts between 9 and 12 o'clock."""
    return [shop.book(person, at(3, hour)) for hour in (9, 10, 11)]


def test_the_oldest_entry_is_offered_a_freed_time(cast: Cast) -> None:
    shop = cast.shop(locked_until_minutes=0, step_minutes=60)
    booked = full(shop, cast.world.person())
    for person in (cast.customer, cast.other):
        assert wait(person, shop)["state"] == "waiting"
    assert offering.offer_all(shop.calendar_ids[0]) == 0
    act(cast.partner, booked[1], "cancel")
    screen = cast.customer.socket()
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    offered = entry(cast.customer)
    assert (offered["state"], entry(cast.other)["state"]) == ("offered", "waiting")
    booking = read(cast.customer, {"id": offered["bookingId"]})
    assert (booking["status"], booking["startsAt"][:13]) == ("held", f"{at(3, 10):%Y-%m-%dT%H}")
    assert offered["heldUntil"] == booking["heldUntil"]
    [notice] = screen.wait("notification", where=lambda data: data["type"] == "booking_offered")
    assert notice["bookingId"] == booking["id"]
    assert act(cast.customer, booking, "confirm")["status"] == "confirmed"
    assert entry(cast.customer)["state"] == "ended"
    assert drift(shop) == []


def test_an_offer_that_ends_goes_to_the_next_entry(cast: Cast) -> None:
    shop = cast.shop(step_minutes=60)
    booked = full(shop, cast.world.person())
    for person in (cast.customer, cast.other):
        wait(person, shop)
    act(cast.partner, booked[0], "cancel")
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    change_row({"id": entry(cast.customer)["bookingId"]}, held_until=now() - timedelta(seconds=1))
    booking_jobs.end_overdue()
    assert entry(cast.customer)["state"] == "ended"
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    assert entry(cast.other)["state"] == "offered"


def test_a_time_outside_of_the_wish_is_not_offered(cast: Cast) -> None:
    shop = cast.shop(step_minutes=60)
    full(shop, cast.world.person())
    wait(cast.customer, shop)
    assert jobs.offer_freed(shop.calendar_ids[0]) == 0, "13 o'clock is free, and nobody wants it"
    assert entry(cast.customer)["bookingId"] is None


def test_a_wish_from_a_second_of_a_minute_on_is_offered_the_next_start(cast: Cast) -> None:
    shop = cast.shop(step_minutes=60)
    wait(cast.customer, shop, **{"from": (at(3, 9) + timedelta(seconds=1)).isoformat()})
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    booking = read(cast.customer, {"id": entry(cast.customer)["bookingId"]})
    assert booking["startsAt"][:16] == f"{at(3, 10):%Y-%m-%dT%H:%M}"


def test_a_date_with_enough_bookings_of_the_customer_does_not_end_the_search(cast: Cast) -> None:
    shop = cast.shop(zone="Asia/Kolkata", step_minutes=30, max_per_customer_per_day=1)
    shop.book(cast.customer, at(3, 9))
    wait(cast.customer, shop, to=at(6, 9).isoformat())
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    booking = read(cast.customer, {"id": entry(cast.customer)["bookingId"]})
    assert booking["localStart"] == f"{at(4):%Y-%m-%d}T00:00"


def test_entries_after_many_others_are_reached(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "BATCH", 1)
    shop = cast.shop(step_minutes=60)
    booked = full(shop, cast.world.person())
    wait(cast.customer, shop)
    wait(cast.other, shop, **{"from": at(3, 11).isoformat(), "to": at(3, 13).isoformat()})
    act(cast.partner, booked[2], "cancel")
    with db.transaction():
        mine = BookingWaitRow.customer_id == cast.customer.id
        db.execute(update(BookingWaitRow).where(mine).values(starts_to=at(3, 11)))
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    assert (entry(cast.customer)["state"], entry(cast.other)["state"]) == ("waiting", "offered")


def test_an_entry_is_offered_times_of_the_calendars_of_its_service_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(registry, "enqueue", lambda _, **given: seen.append(given["calendar_id"]))
    shop = cast.shop(calendars=2)
    wait(cast.customer, shop)
    assert sorted(seen) == sorted(shop.calendar_ids)


def test_seats_of_a_session_are_offered_together(cast: Cast) -> None:
    shop = cast.shop(capacity=3, step_minutes=240)
    early = {"from": at(3, 8).isoformat(), "to": at(3, 9).isoformat()}
    first, second = (shop.book(person, at(3, 8), seats=1) for person in (cast.world.person(), cast.other))
    wait(cast.customer, shop, seats=3, **early)
    assert jobs.offer_freed(None) == 0 or entry(cast.customer)["state"] == "waiting"
    act(cast.partner, first, "cancel")
    jobs.offer_freed(shop.calendar_ids[0])
    assert entry(cast.customer)["state"] == "waiting", "two seats are free"
    act(cast.partner, second, "cancel")
    jobs.offer_freed(shop.calendar_ids[0])
    assert entry(cast.customer)["state"] == "offered"


def test_freeing_enqueues_a_job_only_if_anybody_waits(cast: Cast) -> None:
    shop = cast.shop(step_minutes=60)
    booked = full(shop, cast.world.person())
    seen: list[str] = []
    original = registry.enqueue

    def spy(name: str, **given: Any) -> None:
        seen.append(name)
        original(name, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "enqueue", spy)
        act(cast.partner, booked[0], "cancel")
        assert service.OFFER not in seen
        wait(cast.customer, shop, **{"from": at(3, 10).isoformat()})
        seen.clear()
        act(cast.partner, booked[1], "cancel")
    assert service.OFFER in seen


def pass_by(found: Json) -> None:
    """Let the time of an entry pass."""
    times = {"starts_from": now() - 2 * HOUR, "starts_to": now() - HOUR}
    with db.transaction():
        db.execute(update(BookingWaitRow).where(BookingWaitRow.id == found["id"]).values(**times))


def test_an_entry_of_which_the_time_has_passed_does_not_block_a_new_one(cast: Cast) -> None:
    shop = cast.shop()
    pass_by(wait(cast.customer, shop))
    wait(cast.customer, shop)
    waits = cast.customer.get(PATH).json()["data"]["waits"]
    assert [each["state"] for each in waits] == ["waiting", "ended"]


def test_entries_of_which_the_time_has_passed_are_ended_by_the_job(cast: Cast) -> None:
    shop = cast.shop()
    pass_by(wait(cast.customer, shop))
    assert not queries.is_awaited(set(shop.calendar_ids))
    jobs.offer_opened()
    assert entry(cast.customer)["state"] == "ended"


def test_who_waits_no_longer_is_offered_nothing(cast: Cast) -> None:
    shop = cast.shop(step_minutes=60)
    booked = full(shop, cast.world.person())
    found = wait(cast.customer, shop)
    assert cast.other.delete(f"{PATH}/{found['id']}").status_code == 404
    assert cast.customer.delete(f"{PATH}/{found['id']}").status_code == 200
    act(cast.partner, booked[0], "cancel")
    assert jobs.offer_freed(shop.calendar_ids[0]) == 0
    assert entry(cast.customer)["state"] == "ended"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"serviceId": new_id()}, 422, "invalid"),
        ({"serviceId": "x"}, 422, "invalid"),
        ({"from": at(3, 12).isoformat(), "to": at(3, 9).isoformat()}, 422, "invalid"),
        ({"from": at(3).isoformat(), "to": (at(3) + timedelta(days=36)).isoformat()}, 422, "invalid"),
        ({"from": at(-3).isoformat(), "to": at(-2).isoformat()}, 422, "in_the_past"),
        ({"from": "2026-10-01T09:00:00"}, 422, "invalid"),
        ({"from": "0000-01-01T00:00:00Z"}, 422, "invalid"),
        ({"seats": 0}, 422, "invalid"),
        ({"seats": 501}, 422, "invalid"),
        ({"seats": 2}, 422, "invalid"),
        ({"more": 1}, 422, "invalid"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_met_is_refused(cast: Cast, body: Json, status: int, code: str) -> None:
    answer = try_to_wait(cast.customer, cast.shop(), **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


def test_a_customer_waits_once_for_a_service_and_ten_times_in_all(cast: Cast) -> None:
    shop = cast.shop()
    wait(cast.customer, shop)
    again = try_to_wait(cast.customer, shop)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_waiting")
    for _ in range(9):
        wait(cast.customer, shop.another_service())
    more = try_to_wait(cast.customer, shop.another_service())
    assert (more.status_code, more.json()["error"]["code"]) == (429, "limit_reached")
    assert try_to_wait(cast.partner, shop).status_code == 403


def test_an_offer_that_is_to_be_paid_waits_for_its_payment(cast: Cast) -> None:
    shop = cast.shop(payment="full", step_minutes=60)
    wait(cast.customer, shop)
    assert jobs.offer_freed(shop.calendar_ids[0]) == 1
    booking = read(cast.customer, {"id": entry(cast.customer)["bookingId"]})
    assert (booking["status"], booking["payment"]["due"]) == ("held", 100)
    refused = cast.customer.patch(f"/api/bookings/{booking['id']}/confirm", {})
    assert refused.status_code == 409
    assert booking["endsAt"][:13] == f"{at(3, 9) + HOUR:%Y-%m-%dT%H}"
