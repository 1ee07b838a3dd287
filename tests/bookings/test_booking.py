"""Booking a service: what is taken, what is refused, and what is offered instead."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from gevent.pool import Pool

from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.limits import service as limits
from metaia.bookings.slots import service as slots
from metaia.bookings.timeline import service as timeline
from metaia.bookings.waiting import offering
from metaia.core.ids import new_id
from metaia.core.money import MAX_MINOR
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, act, at, drift, read, taken


def test_an_instant_booking_is_confirmed_and_takes_its_time(cast: Cast):
    shop = cast.shop(zone="Europe/Berlin", buffer_before_minutes=15)
    booking = shop.book(cast.customer, notes="He is afraid of dryers.")
    assert booking["status"] == "confirmed"
    assert booking["bookingNumber"].startswith("B")
    assert booking["service"] == {"name": "Grooming", "durationMinutes": 60, "price": 100, "currency": "INR"}
    assert booking["customerInfo"]["name"] == "Asha Rao"
    assert booking["customerInfo"]["phoneE164"] == "+919876543210"
    assert booking["timeZone"] == "Europe/Berlin"
    assert booking["localStart"][:13] != booking["startsAt"][:13]  # by the clock of the place
    assert booking["payment"] == {"status": "none", "paymentId": None, "due": 0, "paid": 0, "refunded": 0}
    assert booking["allowedActions"] == ["cancel", "move"]
    assert taken(shop.calendar_ids[0]) == [(at(), at() + HOUR, 1)]
    assert read(cast.partner, booking)["notes"] == "He is afraid of dryers."


def test_a_booking_of_one_seat_is_written_with_the_commit(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timeline, "insert", None)  # a statement of its own would fail
    shop = cast.shop(payment="full")
    booking = read(cast.customer, shop.book(cast.customer, notes="Ünïcode and 'quotes'."))
    assert (booking["status"], booking["payment"]["due"]) == ("held", 100)
    assert booking["notes"] == "Ünïcode and 'quotes'."
    found = cast.partner.get(f"/api/bookings?q={booking['bookingNumber']}").json()["data"]["bookings"]
    assert [each["id"] for each in found] == [booking["id"]]


def test_a_request_waits_for_its_partner(cast: Cast):
    shop = cast.shop(confirmation="request")
    booking = shop.book(cast.customer)
    assert booking["status"] == "pending"
    assert booking["answerBy"] is not None
    assert shop.try_to_book(cast.other).json()["error"]["code"] == "slot_taken"  # a request takes the time
    act(cast.partner, booking, "decline", reason="too_busy", message="Sorry.")
    assert shop.book(cast.other)["status"] == "pending"
    assert read(cast.customer, booking)["declineReason"] == "too_busy"


def test_services_of_a_disabled_partner_are_neither_listed_nor_booked_nor_waited_for(cast: Cast):
    shop = cast.shop()
    wish = {"serviceId": shop.service_id, "from": at(3).isoformat(), "to": at(4).isoformat()}
    assert cast.other.post("/api/bookings/waitlist", wish).status_code == 201
    closed = {"active": False, "reason": "asked for it"}
    assert cast.admin.patch(f"/api/admin/users/{cast.partner.id}", closed).status_code == 200
    listed = cast.customer.get(f"/api/services?partnerId={cast.partner.id}").json()["data"]["services"]
    assert listed == []
    refused = [shop.try_to_book(cast.customer), cast.customer.post("/api/bookings/waitlist", wish)]
    for answer in refused:
        assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, ["serviceId"])
    assert offering.offer_all(shop.calendar_ids[0]) == 0


def test_a_price_of_all_seats_that_money_cannot_express_is_refused(cast: Cast):
    shop = cast.shop(capacity=500, price=MAX_MINOR)
    assert shop.try_to_book(cast.customer, seats=1).status_code == 201
    refused = shop.try_to_book(cast.other, seats=2)
    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["seats"])


def test_a_taken_time_is_refused_with_free_ones(cast: Cast):
    shop = cast.shop()
    shop.book(cast.customer)
    answer = shop.try_to_book(cast.other, at(minute=30))
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "slot_taken"
    offered = error["details"]["alternatives"]
    assert len(offered) == 5
    assert shop.book(cast.other, at(hour=11))["calendarId"] == offered[0]["calendarId"]


def test_free_times_are_searched_once_and_only_for_a_refusal(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    searches, search = [], slots.alternatives

    def searched(*given: Any, **more: Any) -> Any:
        searches.append(given)
        return search(*given, **more)

    monkeypatch.setattr(slots, "alternatives", searched)
    shop = cast.shop(calendars=3)
    for _ in range(3):
        shop.book(cast.world.person())
    assert searches == []
    assert len(shop.try_to_book(cast.other).json()["error"]["details"]["alternatives"]) == 5
    assert len(searches) == 1


def test_ten_customers_at_once_get_one_booking(cast: Cast):
    shop = cast.shop()
    people = [cast.world.person() for _ in range(10)]
    answers = Pool(10).map(shop.try_to_book, people)
    assert sorted(each.status_code for each in answers) == [201] + [409] * 9
    assert len(taken(shop.calendar_ids[0])) == 1
    assert drift(shop) == []


def test_without_row_locks_the_constraint_alone_keeps_bookings_apart(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calendar_queries, "lock", calendar_queries.by_ids)
    monkeypatch.setattr(slots, "check", lambda *_, **__: None)
    shop = cast.shop()
    people = [cast.world.person() for _ in range(12)]
    starts = [at(minute=15 * (n % 4)) for n in range(12)]  # all of them overlap
    answers = Pool(12).map(lambda each: shop.try_to_book(*each), zip(people, starts, strict=True))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 11
    assert {each.json()["error"]["code"] for each in answers if not each.ok} == {"slot_taken"}
    assert len(taken(shop.calendar_ids[0])) == 1
    assert drift(shop) == []


def test_seats_of_a_session_are_taken_until_it_is_full(cast: Cast):
    shop = cast.shop(capacity=5)
    people = [cast.world.person() for _ in range(8)]
    answers = Pool(8).map(shop.try_to_book, people)
    assert sorted(each.status_code for each in answers) == [201] * 5 + [409] * 3
    refused = next(each.json()["error"] for each in answers if each.status_code == 409)
    assert (refused["code"], refused["details"]["seatsLeft"]) == ("session_full", 0)
    sessions = {each.json()["data"]["booking"]["sessionId"] for each in answers if each.ok}
    assert len(sessions) == 1
    assert taken(shop.calendar_ids[0]) == [(at(), at() + HOUR, 5)]


def test_a_customer_has_one_seat_booking_of_a_session(cast: Cast):
    shop = cast.shop(capacity=5)
    shop.book(cast.customer, seats=2)
    assert shop.try_to_book(cast.customer).json()["error"]["code"] == "already_booked"
    assert taken(shop.calendar_ids[0]) == [(at(), at() + HOUR, 2)]
    assert shop.try_to_book(cast.other, seats=6).status_code == 422


def test_a_session_that_everybody_leaves_is_free_for_others(cast: Cast):
    shop = cast.shop(capacity=6)
    act(cast.customer, shop.book(cast.customer), "cancel")
    other = shop.another_service(duration_minutes=30)
    assert other.book(cast.other, at(minute=15))["status"] == "confirmed"


def test_without_a_calendar_the_least_busy_one_is_taken(cast: Cast):
    shop = cast.shop(calendars=2)
    first = shop.book(cast.customer, at(hour=8))
    assert shop.book(cast.other, at(hour=12))["calendarId"] != first["calendarId"]
    both = {shop.book(cast.world.person())["calendarId"] for _ in range(2)}
    assert both == set(shop.calendar_ids)
    assert shop.try_to_book(cast.other).status_code == 409


def test_a_repeated_request_books_once(cast: Cast):
    shop, key = cast.shop(), uuid.uuid4().hex
    body = {"serviceId": shop.service_id, "startsAt": at().isoformat()}
    answers = [cast.customer.post("/api/bookings", body, headers={"Idempotency-Key": key}) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json()["data"]["booking"]["id"] == answers[1].json()["data"]["booking"]["id"]


def test_a_partner_books_for_customers_with_and_without_an_account(cast: Cast):
    shop = cast.shop(confirmation="request", min_notice_minutes=43_200)
    shop.book(cast.customer, at(days=40))
    known = shop.book(cast.partner, at(minute=7), customerId=cast.customer.id)
    assert (known["status"], known["customerId"]) == ("confirmed", cast.customer.id)
    assert known["customerInfo"]["name"] == "Asha Rao"
    assert read(cast.customer, known)["id"] == known["id"]
    stranger = shop.book(cast.partner, at(hour=12), customerInfo={"name": "Ravi"})
    assert (stranger["customerId"], stranger["customerInfo"]["name"]) == (None, "Ravi")
    assert shop.try_to_book(cast.partner, at(hour=14)).status_code == 422
    assert (
        shop.try_to_book(cast.partner, customerInfo={"name": "Ravi"}).json()["error"]["code"] == "slot_taken"
    )
    assert shop.try_to_book(cast.foreign_partner, customerInfo={"name": "Ravi"}).status_code == 403
    assert shop.try_to_book(cast.courier).status_code == 403
    assert shop.try_to_book(cast.customer, customerId=cast.other.id).status_code == 422


def test_a_partner_names_customers_of_its_own_and_admins_any(cast: Cast):
    shop, ordered = cast.shop(), cast.world.person()
    ordered.order(partnerId=cast.partner.id)
    for stranger in (cast.customer.id, new_id()):
        refused = shop.try_to_book(cast.partner, customerId=stranger)
        assert refused.status_code == 422
        assert refused.json()["error"]["details"] == {"customerId": ["Not a customer of yours."]}
    assert shop.book(cast.partner, customerId=ordered.id)["customerId"] == ordered.id
    by_admin = shop.book(cast.admin, at(hour=12), customerId=cast.customer.id)
    assert by_admin["customerInfo"]["name"] == "Asha Rao"
    assert shop.book(cast.partner, at(hour=14), customerId=cast.customer.id)["customerInfo"]["name"]


def test_a_partner_books_in_a_zone_that_the_zone_data_do_not_have(cast: Cast):
    shop = cast.shop(zone="Europe/Atlantis")
    booking = shop.book(cast.partner, customerInfo={"name": "Ravi"})
    assert booking["localStart"] == f"{at():%Y-%m-%dT%H:%M}"


def test_a_booking_that_overlaps_an_own_one_is_a_warning(cast: Cast):
    first, second = cast.shop(), cast.shop()
    first.book(cast.customer)
    answer = second.try_to_book(cast.customer, at(minute=30))
    assert answer.json()["meta"] == {"warnings": ["overlaps_own"]}
    assert second.try_to_book(cast.customer, at(hour=14)).json()["meta"] == {"warnings": []}


def test_limits_of_one_customer(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MOST_OPEN", 3)
    monkeypatch.setattr(limits, "MOST_WITH_PARTNER", 2)
    shop = cast.shop(max_per_customer_per_day=1)
    shop.book(cast.customer)
    again = shop.try_to_book(cast.customer, at(hour=14))
    assert (again.status_code, again.json()["error"]["details"]["limit"]) == (429, "perDay")
    shop.book(cast.customer, at(days=8))
    with_partner = shop.try_to_book(cast.customer, at(days=9)).json()["error"]
    assert (with_partner["code"], with_partner["details"]["limit"]) == ("limit_reached", "openWithPartner")


def test_limits_hold_for_requests_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MOST_OPEN", 2)
    customer, shops = cast.customer, [cast.shop() for _ in range(6)]
    answers = Pool(6).map(lambda shop: shop.try_to_book(customer), shops)
    assert sorted(each.status_code for each in answers) == [201] * 2 + [429] * 4


@pytest.mark.parametrize(
    "body",
    [
        {"startsAt": "2026-10-01T09:00:00"},  # no offset
        {"startsAt": "0000-10-01T09:00:00Z"},
        {"startsAt": "9999-10-01T09:00:00Z"},
        {"startsAt": "2026-02-30T09:00:00Z"},
        {"startsAt": "2001-01-01T09:00:00Z"},
        {"startsAt": 7},
        {"seats": -1},
        {"seats": 0},
        {"seats": 501},
        {"seats": 2},
        {"calendarId": "00000000-0000-4000-8000-000000000000"},
        {"serviceId": "00000000-0000-4000-8000-000000000000"},
        {"customerInfo": {"name": ""}},
        {"customerInfo": {"phone": "1"}},
        {"notes": "x" * 2001},
        {"status": "confirmed"},
    ],
    ids=str,
)
def test_bad_bodies_are_refused(cast: Cast, body: dict[str, Any]):
    answer = cast.shop().try_to_book(cast.customer, **body)
    assert answer.status_code == 422, answer.text


def test_the_timeline_has_every_step(cast: Cast):
    shop = cast.shop(confirmation="request")
    booking = shop.book(cast.customer)
    act(cast.partner, booking, "confirm", message="See you then.")
    act(cast.customer, booking, "cancel", reason="Ill")
    steps = cast.customer.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
    assert [(each["action"], each["previousStatus"], each["status"]) for each in steps] == [
        ("book", None, "pending"),
        ("confirm", "pending", "confirmed"),
        ("cancel", "confirmed", "cancelled"),
    ]
    assert [each["note"] for each in steps] == [None, "See you then.", "Ill"]
    assert [each["version"] for each in steps] == [1, 2, 3]


def test_lists_have_the_own_bookings_and_their_filters(cast: Cast):
    shop = cast.shop()
    mine, theirs = shop.book(cast.customer), shop.book(cast.other, at(hour=14))

    def ids(person: Any, query: str = "", path: str = "/api/bookings") -> list[str]:
        return [each["id"] for each in person.get(f"{path}{query}").json()["data"]["bookings"]]

    assert ids(cast.customer) == [mine["id"]]
    assert ids(cast.partner) == [mine["id"], theirs["id"]]
    assert ids(cast.partner, "?sort=-startsAt&limit=1") == [theirs["id"]]
    assert ids(cast.foreign_partner) == []
    assert ids(cast.courier) == []
    assert ids(cast.partner, f"?customerId={cast.customer.id}&status=confirmed,held") == [mine["id"]]
    assert ids(cast.partner, "?status=cancelled") == []
    start = (at() + timedelta(minutes=59)).strftime("%Y-%m-%dT%H:%M:00Z")
    end = at(hour=14).strftime("%Y-%m-%dT%H:%M:00Z")
    assert ids(cast.partner, f"?from={start}&to={end}") == [mine["id"]]  # what overlaps
    assert ids(cast.partner, f"?q={mine['bookingNumber']}") == [mine["id"]]
    assert ids(cast.partner, "?q=asha") == [mine["id"]]
    query = f"?serviceId={shop.service_id}&calendarId={shop.calendar_ids[0]}"
    assert ids(cast.support, query, "/api/admin/bookings") == [mine["id"], theirs["id"]]
    assert cast.partner.get("/api/admin/bookings").status_code == 403
    for bad in ("?status=gone", "?from=yesterday", "?sort=price", "?q=", "?customerId=1"):
        assert cast.partner.get(f"/api/bookings{bad}").status_code == 422, bad


def test_others_see_nothing_of_a_booking(cast: Cast):
    booking = cast.shop().book(cast.customer)
    for person in (cast.other, cast.foreign_partner, cast.courier):
        for path in ("", "/timeline", "/cancellation"):
            assert person.get(f"/api/bookings/{booking['id']}{path}").status_code == 403
    assert cast.customer.get(f"/api/bookings/{new_id()}").status_code == 404
    assert read(cast.support, booking)["allowedActions"] == []
