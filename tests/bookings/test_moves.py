"""Moving bookings: at once, or as a proposal that takes both times."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from gevent.pool import Pool

from metaia.bookings import jobs
from metaia.bookings.limits import service as limits
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from tests.bookings.conftest import Cast
from tests.support.bookings import (
    HOUR,
    Shop,
    act,
    at,
    change_row,
    drift,
    insert_calendar,
    read,
    shift,
    taken,
    try_to,
)
from tests.support.people import Person


def try_move(person: Person, booking: Json, starts_at: datetime, **body: object):
    return try_to(person, booking, "move", startsAt=starts_at.isoformat(), **body)


def move(person: Person, booking: Json, starts_at: datetime, **body: object) -> Json:
    return act(person, booking, "move", startsAt=starts_at.isoformat(), **body)


def deactivate(shop: Shop, path: str) -> None:
    changed = shop.partner.patch(f"/api/{path}", {"active": False})
    assert changed.status_code == 200, changed.text


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_customer_moves_an_instant_booking_at_once(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    moved = move(cast.customer, booking, at(minute=15))  # its own time does not block it
    assert (moved["startsAt"], moved["proposal"], moved["version"]) == (rfc3339(at(minute=15)), None, 2)
    assert taken(shop.calendar_ids[0]) == [(at(minute=15), at(minute=15) + HOUR, 1)]
    steps = cast.partner.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
    assert [each["previousStartsAt"] for each in steps] == [None, rfc3339(at())]


def test_a_move_to_a_taken_time_leaves_the_booking_where_it_is(cast: Cast):
    shop = cast.shop()
    booking, _ = shop.book(cast.customer), shop.book(cast.other, at(hour=14))
    refused = try_move(cast.customer, booking, at(hour=14, minute=30))
    assert code(refused) == (409, "slot_taken")
    assert refused.json()["error"]["details"]["alternatives"]
    assert read(cast.customer, booking)["version"] == 1
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(), at(hour=14)]
    assert code(try_move(cast.customer, booking, at())) == (422, "invalid")
    assert code(try_move(cast.customer, booking, at(minute=7))) == (422, "off_grid")
    assert drift(shop) == []


def test_a_partner_proposes_and_the_customer_accepts(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    proposed = move(cast.partner, booking, at(hour=14, minute=7), message="Would this do?")
    assert proposed["startsAt"] == booking["startsAt"]
    assert proposed["proposal"]["startsAt"] == rfc3339(at(hour=14, minute=7))
    assert (proposed["proposal"]["by"], proposed["proposal"]["message"]) == ("partner", "Would this do?")
    assert len(taken(shop.calendar_ids[0])) == 2
    assert "accept-move" not in proposed["allowedActions"]
    assert "accept-move" in read(cast.customer, booking)["allowedActions"]
    assert code(try_to(cast.partner, booking, "accept-move")) == (409, "no_proposal")
    accepted = act(cast.customer, booking, "accept-move")
    assert (accepted["startsAt"], accepted["proposal"]) == (rfc3339(at(hour=14, minute=7)), None)
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(hour=14, minute=7)]
    assert code(try_to(cast.customer, booking, "accept-move")) == (409, "no_proposal")


def test_proposals_are_listed_by_the_side_that_has_proposed(cast: Cast):
    shop, request = cast.shop(), cast.shop(confirmation="request")
    first, _ = shop.book(cast.customer), shop.book(cast.customer, at(hour=12))
    second = request.book(cast.customer)
    act(cast.partner, second, "confirm")
    move(cast.partner, first, at(hour=14))
    move(cast.customer, second, at(hour=14))
    wanted = {"partner": [first], "customer": [second], "customer,partner": [first, second]}
    for person in (cast.customer, cast.partner):
        for sides, bookings in wanted.items():
            found = person.get(f"/api/bookings?proposedBy={sides}").json()["data"]["bookings"]
            assert {each["id"] for each in found} == {each["id"] for each in bookings}, sides
    path = f"/api/admin/bookings?proposedBy=partner&partnerId={cast.partner.id}"
    assert [each["id"] for each in cast.admin.get(path).json()["data"]["bookings"]] == [first["id"]]
    act(cast.customer, first, "decline-move")
    assert cast.customer.get("/api/bookings?proposedBy=partner").json()["data"]["bookings"] == []
    assert code(cast.customer.get("/api/bookings?proposedBy=admin")) == (422, "invalid")


def test_a_declined_proposal_frees_its_time(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    move(cast.partner, booking, at(hour=14))
    assert shop.try_to_book(cast.other, at(hour=14)).status_code == 409
    declined = act(cast.customer, booking, "decline-move", message="No.")
    assert (declined["startsAt"], declined["proposal"]) == (booking["startsAt"], None)
    shop.book(cast.other, at(hour=14))
    assert drift(shop) == []


@pytest.mark.parametrize("answer", ["accept-move", "decline-move"])
def test_a_proposed_time_may_overlap_that_of_the_booking(cast: Cast, answer: str):
    shop = cast.shop(buffer_after_minutes=15)
    booking = shop.book(cast.customer)
    move(cast.partner, booking, at(minute=15))
    assert (
        shop.try_to_book(cast.other, at(hour=11, minute=15)).status_code == 409
    )  # the buffer of the new time
    assert shop.try_to_book(cast.other, at(hour=9, minute=15)).status_code == 409  # the old time
    assert drift(shop) == []
    act(cast.customer, booking, answer)
    start = at(minute=15) if answer == "accept-move" else at()
    assert taken(shop.calendar_ids[0]) == [(start, start + HOUR, 1)]
    shop.book(cast.other, start + HOUR + timedelta(minutes=15))
    shop.book(cast.world.person(), start - timedelta(minutes=75))
    assert drift(shop) == []


def test_a_customer_of_a_confirmed_request_proposes(cast: Cast):
    shop = cast.shop(confirmation="request")
    booking = shop.book(cast.customer)
    moved = move(cast.customer, booking, at(hour=11))  # pending: at once
    assert (moved["startsAt"], moved["status"], moved["proposal"]) == (rfc3339(at(hour=11)), "pending", None)
    act(cast.partner, booking, "confirm")
    proposed = move(cast.customer, booking, at(hour=14))
    assert proposed["proposal"]["by"] == "customer"
    assert act(cast.admin, booking, "accept-move")["startsAt"] == rfc3339(at(hour=14))


def test_a_second_proposal_replaces_the_first(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    move(cast.partner, booking, at(hour=14))
    move(cast.partner, booking, at(hour=16))
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(), at(hour=16)]
    move(cast.customer, booking, at(hour=12))
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(hour=12)]
    assert read(cast.partner, booking)["proposal"] is None


def test_a_proposal_ends_with_the_booking_and_at_its_deadline(cast: Cast):
    shop = cast.shop()
    booking, second = shop.book(cast.customer), shop.book(cast.other, at(hour=12))
    move(cast.partner, booking, at(hour=14))
    act(cast.customer, booking, "cancel")
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(hour=12)]
    move(cast.partner, second, at(hour=14))
    change_row(second, proposal_answer_by=now() - timedelta(seconds=1))
    jobs.end_overdue()
    after = read(cast.other, second)
    assert (after["proposal"], after["startsAt"], after["status"]) == (
        None,
        rfc3339(at(hour=12)),
        "confirmed",
    )
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(hour=12)]


def test_a_booking_moves_to_another_calendar_of_its_service(cast: Cast):
    shop = cast.shop(calendars=2)
    booking = shop.book(cast.customer)
    [other] = set(shop.calendar_ids) - {booking["calendarId"]}
    moved = move(cast.customer, booking, at(), calendarId=other)
    assert (moved["calendarId"], taken(booking["calendarId"])) == (other, [])
    foreign = insert_calendar(cast.partner.id)
    assert try_move(cast.customer, booking, at(hour=14), calendarId=foreign).status_code == 422


def test_nobody_moves_a_booking_onto_an_inactive_calendar(cast: Cast):
    shop = cast.shop(calendars=2)
    booking = shop.book(cast.customer)
    [other] = set(shop.calendar_ids) - {booking["calendarId"]}
    deactivate(shop, f"calendars/{other}")
    for person in (cast.customer, cast.partner):
        refused = try_move(person, booking, at(hour=14), calendarId=other)
        assert code(refused) == (422, "outside_hours")
        assert "calendarId" in refused.json()["error"]["details"]
    assert taken(other) == []


@pytest.mark.parametrize("what", ["calendar", "service"])
def test_only_partners_move_bookings_of_what_is_inactive(cast: Cast, what: str):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    path = f"calendars/{booking['calendarId']}" if what == "calendar" else f"services/{shop.service_id}"
    deactivate(shop, path)
    assert f"{what}Id" in try_move(cast.customer, booking, at(hour=14)).json()["error"]["details"]
    assert move(cast.partner, booking, at(hour=14))["proposal"]["by"] == "partner"


def test_a_customer_moves_five_times(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MOST_MOVES", 2)
    shop = cast.shop(max_per_customer_per_day=1)
    booking = shop.book(cast.customer)
    move(cast.customer, booking, at(hour=12))
    move(cast.customer, booking, at(hour=14))
    assert code(try_move(cast.customer, booking, at(hour=16))) == (429, "limit_reached")
    assert move(cast.partner, booking, at(hour=16))["proposal"]["by"] == "partner"


def test_moves_obey_the_limit_of_a_day(cast: Cast):
    shop = cast.shop(max_per_customer_per_day=1)
    first, _ = shop.book(cast.customer), shop.book(cast.customer, at(days=8))
    assert move(cast.customer, first, at(hour=14))["version"] == 2
    assert code(try_move(cast.customer, first, at(days=8, hour=14))) == (429, "limit_reached")


def test_a_move_inside_the_fee_window_keeps_the_fee(cast: Cast):
    booking = cast.shop().book(cast.customer)
    shift(booking, now() + 5 * HOUR)
    before = read(cast.customer, booking)["cancellation"]["freeUntil"]
    after = move(cast.customer, booking, at(days=20))
    assert after["cancellation"]["freeUntil"] == before
    assert act(cast.customer, booking, "cancel")["fee"] == 50


def test_moves_against_moves_and_bookings_keep_one_each(cast: Cast):
    shop = cast.shop()
    people = [cast.world.person() for _ in range(4)]
    bookings = [shop.book(person, at(hour=8 + n)) for n, person in enumerate(people)]
    new = [cast.world.person() for _ in range(4)]
    moves = [lambda p=p, b=b: try_move(p, b, at(hour=20)) for p, b in zip(people, bookings, strict=True)]
    books = [lambda p=p: shop.try_to_book(p, at(hour=20)) for p in new]
    answers = Pool(8).map(lambda call: call(), [*moves, *books])
    assert sorted(each.status_code for each in answers)[1:] == [409] * 7
    assert min(each.status_code for each in answers) in {200, 201}
    assert len([start for start, *_ in taken(shop.calendar_ids[0]) if start == at(hour=20)]) == 1
    assert drift(shop) == []
