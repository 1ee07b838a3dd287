"""Live updates of bookings: who receives them, and what they contain."""

from __future__ import annotations

import pytest

from metaia.core.ids import new_id
from metaia.extensions import socketio
from metaia.realtime.clients import connections
from metaia.realtime.clients.socketio import Client
from metaia.realtime.gateways import requested_rooms
from tests.bookings.conftest import Cast
from tests.support.bookings import act, at, read
from tests.support.people import Socket

EVENT = "booking-status-update"


def requested(screen: Socket) -> dict[str, object]:
    """Return what the argument was of the message by which the connection joined each room."""
    [client] = [each for key, each in connections.open_connections.items() if key == screen.client.get_sid()]
    assert isinstance(client, Client)
    return {room: argument for room, (_, argument) in client.requested.items()}


def test_parties_and_staff_receive_each_change_with_their_actions(cast: Cast):
    shop = cast.shop(confirmation="request")
    people = ("customer", "partner", "admin", "support", "other", "foreign_partner")
    screens = {who: getattr(cast, who).socket() for who in people}
    booking = shop.book(cast.customer, notes="private words", customerInfo={"name": "Private Name"})
    act(cast.partner, booking, "confirm")
    for who in ("customer", "partner", "admin", "support"):
        mine = lambda data: data["bookingId"] == booking["id"]  # noqa: E731
        first, last = screens[who].wait(EVENT, 2, where=mine)
        assert (first["action"], first["status"], first["previousStatus"]) == ("book", "pending", None)
        assert (last["action"], last["status"], last["previousStatus"]) == ("confirm", "confirmed", "pending")
        assert last["message"] == "Booking has been confirmed by the vendor"
        fresh = read(getattr(cast, who), booking)
        assert last["booking"] == {k: v for k, v in fresh.items() if k not in {"customerInfo", "notes"}}
        assert "rivate" not in str(last)
    act(cast.customer, booking, "cancel")
    screens["customer"].wait(EVENT, 3)
    assert screens["other"].of(EVENT) == screens["foreign_partner"].of(EVENT) == []


def test_a_room_is_joined_by_id_object_name_or_list(cast: Cast):
    shop = cast.shop()
    first, second = shop.book(cast.customer), shop.book(cast.other, at(hour=14))
    screen = cast.partner.socket()
    room = f"booking-{first['id']}"
    expected = {"bookingId": first["id"], "room": room, "status": "confirmed", "version": 1}
    for given in (first["id"], room, {"bookingId": first["id"]}, [first["id"]], {"bookingId": [room]}):
        answer = screen.ask("join_booking_room", given)
        assert answer["ok"], answer
        assert answer["data"] == {**expected, "rooms": [expected]}
    many = screen.ask("join_booking_room", [first["id"], second["id"]])
    assert [each["bookingId"] for each in many["data"]["rooms"]] == [first["id"], second["id"]]
    left = screen.ask("leave_booking_room", room)
    assert left["data"] == {"bookingId": first["id"], "room": room, "rooms": [room]}


def test_rooms_of_others_are_refused_without_a_hint(cast: Cast):
    shop = cast.shop()
    booking, own = shop.book(cast.customer), shop.book(cast.other, at(hour=14))
    screen = cast.other.socket()
    answers = [
        screen.ask("join_booking_room", each)
        for each in (booking["id"], new_id(), [own["id"], booking["id"]])
    ]
    assert {str(each["error"]) for each in answers} == {str(answers[0]["error"])}
    assert answers[0]["error"]["code"] == "not_found"
    for bad in ([], [own["id"]] * 51, "booking-", 7, {"bookingId": None}, {}, [7]):
        assert screen.ask("join_booking_room", bad)["error"]["code"] == "invalid", bad


def test_a_list_that_is_refused_joins_and_leaves_no_room(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    shop = cast.shop()
    ids = [shop.book(cast.customer, at(hour=hour))["id"] for hour in (10, 12, 14)]
    rooms = [f"booking-{each}" for each in ids]
    screen = cast.customer.socket()
    assert screen.ask("join_booking_room", ids[0])["ok"]
    joined = len(socketio.server.rooms(screen.client.get_sid()))
    monkeypatch.setattr(requested_rooms, "MAX_ROOMS", joined + 1)
    refused = screen.ask("join_booking_room", ids)
    assert refused["error"]["code"] == "too_many_rooms"
    assert requested(screen) == {rooms[0]: ids[0]}
    assert len(socketio.server.rooms(screen.client.get_sid())) == joined
    assert screen.ask("join_booking_room", ids[:2])["ok"]
    assert requested(screen).keys() == set(rooms[:2])
