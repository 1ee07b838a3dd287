"""What may be done to a booking: every action in every status by every person, against the contract's table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from metaia.bookings.state import MACHINE
from metaia.core.json import Json
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, Shop, act, at, change_row, read, shift, taken, try_to

SHOP, ALL = {"partner", "admin"}, {"customer", "partner", "admin"}
# The contract: status, action → next status, who. Moves are in test_moves.py.
CONTRACT: dict[tuple[str, str], tuple[str, set[str]]] = {
    ("held", "cancel"): ("cancelled", ALL),
    ("held", "confirm"): ("confirmed", {"customer"}),  # an offer of the waiting list
    ("pending", "confirm"): ("confirmed", SHOP),
    ("pending", "decline"): ("declined", SHOP),
    ("pending", "cancel"): ("cancelled", ALL),
    ("confirmed", "cancel"): ("cancelled", ALL),
    ("confirmed", "check-in"): ("checked_in", SHOP),
    ("confirmed", "complete"): ("completed", SHOP),
    ("confirmed", "no-show"): ("no_show", SHOP),
    ("checked_in", "complete"): ("completed", SHOP),
    ("no_show", "reopen"): ("checked_in", SHOP),
}
ACTIONS = sorted({action for _, action in CONTRACT})
EVER = {
    action: set().union(*(who for (_, a), (_, who) in CONTRACT.items() if a == action)) for action in ACTIONS
}
EXTRA: dict[str, Json] = {"decline": {"reason": "other"}}
PEOPLE = ("customer", "partner", "admin", "support", "other", "foreign_partner", "courier")


def booking_in(cast: Cast, shop: Shop, status: str, number: int) -> Json:
    """Return a booking in a status, begun an hour ago where the status says so."""
    booking = shop.book(cast.customer, at(hour=number % 24, days=7 + number // 24))
    begun = now() - HOUR - timedelta(hours=2 * number)
    values: dict[str, Any] = {"status": status, "answer_by": None}
    if status == "held":
        values["held_until"] = now() + HOUR
    if status == "pending":
        values["answer_by"] = now() + HOUR
    if status in {"no_show", "checked_in", "completed"}:
        shift(booking, begun)
    change_row(booking, **values)
    return booking


@pytest.mark.parametrize("status", MACHINE.states)
def test_actions_lead_where_the_contract_states(cast: Cast, status: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("metaia.bookings.attending.service._require_after", lambda _: None)
    monkeypatch.setattr("metaia.bookings.limits.service.MOST_OPEN", 1000)
    monkeypatch.setattr("metaia.bookings.limits.service.MOST_WITH_PARTNER", 1000)
    shop = cast.shop()
    booking = booking_in(cast, shop, status, 0)
    number = 1
    for action in ACTIONS:
        for who in PEOPLE:
            person = getattr(cast, who)
            answer = try_to(person, booking, action, **EXTRA.get(action, {}))
            target, allowed = CONTRACT.get((status, action), ("", set()))
            if who not in EVER[action]:
                assert answer.status_code == 403, (action, who, answer.text)
            elif who in allowed:
                assert answer.status_code == 200, (action, who, answer.text)
                assert answer.json()["data"]["booking"]["status"] == target
                booking, number = booking_in(cast, shop, status, number), number + 1
            else:
                assert answer.status_code == 409, (action, who, answer.text)
                assert answer.json()["error"]["code"] == "illegal_transition"
                assert answer.json()["error"]["details"]["status"] == status


def test_the_table_is_that_of_the_contract():
    moves = {"move", "accept-move", "decline-move"}
    by_users = {
        (each.source, each.action): (each.target, set(each.by - {"system"}))
        for each in MACHINE.transitions
        if each.by != {"system"} and each.action not in moves
    }
    assert by_users == CONTRACT


def test_actions_of_the_day_have_their_times(cast: Cast):
    booking = cast.shop().book(cast.customer)
    for action in ("check-in", "complete", "no-show"):
        refused = try_to(cast.partner, booking, action)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "too_early")
    shift(booking, now() + timedelta(minutes=119))
    assert try_to(cast.partner, booking, "complete").status_code == 409
    assert act(cast.partner, booking, "check-in")["status"] == "checked_in"


def test_a_no_show_is_reopened_within_a_day(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    shift(booking, now() - timedelta(minutes=9))
    assert try_to(cast.partner, booking, "no-show").status_code == 409
    shift(booking, now() - timedelta(minutes=11))
    assert act(cast.partner, booking, "no-show")["status"] == "no_show"
    assert act(cast.partner, booking, "reopen")["status"] == "checked_in"


def test_cancelling_states_its_price_before_and_frees_the_time(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    shift(booking, now() + 3 * HOUR)
    path = f"/api/bookings/{booking['id']}/cancellation"
    shown = cast.customer.get(path).json()["data"]["cancellation"]
    assert (shown["allowed"], shown["fee"], shown["refund"], shown["currency"]) == (True, 50, 0, "INR")
    assert cast.partner.get(path).json()["data"]["cancellation"]["fee"] == 0
    assert cast.support.get(path).json()["data"]["cancellation"]["allowed"] is False
    after = act(cast.customer, booking, "cancel", reason="Ill")
    assert (after["fee"], after["cancelledBy"], after["cancelReason"]) == (50, "customer", "Ill")
    assert taken(shop.calendar_ids[0]) == []


def test_a_locked_booking_is_cancelled_by_its_partner_only(cast: Cast):
    booking = cast.shop().book(cast.customer)
    shift(booking, now() + timedelta(minutes=119))
    refused = try_to(cast.customer, booking, "cancel")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "too_late")
    assert refused.json()["error"]["details"].keys() == {"lockedFrom"}
    assert (
        cast.customer.get(f"/api/bookings/{booking['id']}/cancellation").json()["data"]["cancellation"][
            "allowed"
        ]
        is False
    )
    after = act(cast.partner, booking, "cancel")
    assert (after["fee"], after["cancelledBy"]) == (0, "partner")


def test_a_stale_version_changes_nothing(cast: Cast):
    booking = cast.shop().book(cast.customer)
    stale = try_to(cast.customer, booking, "cancel", expectedVersion=7)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    assert stale.json()["error"]["details"]["booking"]["version"] == 1
    headers = {"If-Match": '"1"'}
    assert cast.customer.patch(f"/api/bookings/{booking['id']}/cancel", headers=headers).status_code == 200
    assert (
        cast.customer.get(f"/api/bookings/{booking['id']}", headers={"If-None-Match": '"2"'}).status_code
        == 304
    )


def test_a_status_is_set_by_the_action_that_leads_there(cast: Cast):
    booking = cast.shop(confirmation="request").book(cast.customer)
    path = f"/api/bookings/{booking['id']}/status"
    confirmed = cast.partner.put(path, {"status": "confirmed", "message": "See you."})
    assert confirmed.json()["data"]["booking"]["status"] == "confirmed"
    assert confirmed.json()["data"]["booking"]["message"] == "See you."
    assert cast.partner.put(path, {"status": "expired"}).status_code == 409
    assert cast.partner.put(path, {"status": "held"}).status_code == 409
    assert cast.partner.put(path, {"status": "gone"}).status_code == 422
    assert cast.customer.put(path, {"status": "cancelled"}).json()["data"]["booking"]["status"] == "cancelled"


def test_staff_that_acts_on_bookings_of_others_is_in_the_audit_log(cast: Cast):
    booking = cast.shop().book(cast.customer)
    act(cast.admin, booking, "cancel")
    found = cast.admin.get(f"/api/admin/audit?subject=booking-{booking['id']}").json()["data"]
    assert [each["action"] for each in next(iter(found.values()))] == ["booking.cancel"]
    assert read(cast.customer, booking)["cancelledBy"] == "partner"
