"""Times that are offered to a customer, and bookings that follow the clock of their place."""

from __future__ import annotations

from datetime import timedelta

from metaia.bookings import create
from metaia.bookings.queries import Booking
from metaia.bookings.rezoning import service as rezoning
from metaia.bookings.services import queries as service_queries
from metaia.core.times import now, rfc3339
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, Shop, act, at, change_row, drift, read, taken, try_to


def offer(cast: Cast, shop: Shop) -> Booking | None:
    service = service_queries.get(shop.service_id)
    assert service
    return create.offer(cast.customer.id, service, at(), 1, now() + timedelta(minutes=15))


def test_an_offered_time_is_held_and_confirmed_by_its_customer(cast: Cast):
    shop = cast.shop()
    found = offer(cast, shop)
    assert found is not None
    booking = read(cast.customer, {"id": found.id})
    assert (booking["status"], booking["allowedActions"]) == ("held", ["confirm", "cancel"])
    assert booking["customerInfo"]["name"] == "Asha Rao"
    assert try_to(cast.partner, booking, "confirm").status_code == 409
    assert offer(cast, shop) is None
    assert act(cast.customer, booking, "confirm")["status"] == "confirmed"
    assert drift(shop) == []


def test_an_offered_time_is_confirmed_by_its_status(cast: Cast):
    found = offer(cast, cast.shop())
    assert found is not None
    path, wanted = f"/api/bookings/{found.id}/status", {"status": "confirmed"}
    assert cast.partner.put(path, wanted).status_code == 409
    confirmed = cast.customer.put(path, wanted)
    assert (confirmed.status_code, read(cast.customer, {"id": found.id})["status"]) == (200, "confirmed")


def test_an_offer_that_has_ended_is_not_confirmed(cast: Cast):
    found = offer(cast, cast.shop())
    assert found is not None
    change_row({"id": found.id}, held_until=now())
    refused = try_to(cast.customer, {"id": found.id}, "confirm")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "hold_expired")


def test_an_offer_of_a_request_waits_for_its_partner(cast: Cast):
    found = offer(cast, cast.shop(confirmation="request"))
    assert found is not None
    assert act(cast.customer, {"id": found.id}, "confirm")["status"] == "pending"


def test_an_offer_that_is_to_be_paid_is_not_confirmed(cast: Cast):
    found = offer(cast, cast.shop(payment="full"))
    assert found is not None
    booking = read(cast.customer, {"id": found.id})
    assert (booking["payment"]["due"], booking["allowedActions"]) == (100, ["cancel"])
    assert try_to(cast.customer, booking, "confirm").status_code == 409


def test_a_booking_keeps_its_local_time_when_its_zone_changes(cast: Cast):
    shop = cast.shop()
    booking, other = shop.book(cast.customer), shop.book(cast.other, at(hour=14))
    change_row(booking, local_start=f"{at(hour=11):%Y-%m-%dT%H:%M}")
    assert rezoning.move([booking["id"]], at(hour=11)) == 1
    after = read(cast.customer, booking)
    assert (after["startsAt"], after["localStart"]) == (rfc3339(at(hour=11)), f"{at(hour=11):%Y-%m-%dT%H:%M}")
    change_row(booking, local_start=f"{at(hour=14):%Y-%m-%dT%H:%M}")
    assert rezoning.move([booking["id"]], at(hour=14)) is None
    assert read(cast.customer, booking)["version"] == 2
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(hour=11), at(hour=14)]
    assert read(cast.other, other)["endsAt"] == rfc3339(at(hour=14) + HOUR)
    assert drift(shop) == []
    change_row(booking, local_start=after["localStart"])
