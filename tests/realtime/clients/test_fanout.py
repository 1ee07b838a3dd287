"""Which users receive an order's events over sockets, and what each of them sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.people import Person, Socket, World
from tests.support.waiting import send_numbered

Json = dict[str, Any]


class Cast:
    """The parties of one order, other users in the same roles, and staff."""

    def __init__(self, world: World) -> None:
        self.customer, self.tailor = world.person("customer"), world.person("tailor")
        self.courier = world.person("delivery")
        self.strangers = [world.person(role) for role in ("customer", "tailor", "vendor", "delivery")]
        self.staff = [world.staff(role) for role in ("support", "admin", "super_admin")]
        self.order: Json = {}

    def live_through(self, watch: Callable[[Json], None] = lambda _: None) -> None:
        """Place an order and complete it; `watch` is called with it after each step."""
        self.order = self.customer.order(partnerId=self.tailor.id)
        watch(self.order)
        for person, action, body in (
            (self.tailor, "accept", {"message": "Gladly"}),
            (self.tailor, "assign", {"deliveryPartnerId": self.courier.id}),
            (self.tailor, "ready", {}),
            (self.courier, "dispatch", {}),
            (self.courier, "deliver", {}),
            (self.customer, "complete", {}),
        ):
            watch(person.act(self.order, action, **body))


STATUSES = ["pending", "accepted", "accepted", "ready", "out_for_delivery", "delivered", "completed"]


@pytest.fixture
def cast(world: World) -> Cast:
    return Cast(world)


def all_of(person: Person, screen: Socket) -> list[tuple[str, Json]]:
    """Return everything that a screen has received, once a last event for its user has arrived."""
    send_numbered(person, 99)
    screen.wait("new_notification", where=lambda data: data["data"].get("number") == 99)
    return [(name, data) for name, data in screen.heard if data.get("data") != {"number": 99}]


def test_unrelated_users_receive_nothing(cast: Cast) -> None:
    screens = [(person, person.socket()) for person in cast.strangers]
    cast.live_through()
    for person, screen in screens:
        assert [name for name, _ in all_of(person, screen)] == ["sync"], person.user["role"]


def test_customer_and_partner_get_every_change_and_couriers_from_the_assignment(cast: Cast) -> None:
    screens = [person.socket() for person in (cast.customer, cast.tailor, cast.courier)]
    cast.live_through()
    for screen, expected in zip(screens, (STATUSES, STATUSES, STATUSES[2:]), strict=True):
        updates = screen.wait("order_update", len(expected))
        assert [update["status"] for update in updates] == expected


def test_an_update_has_the_old_and_new_status_and_the_message(cast: Cast) -> None:
    screen = cast.customer.socket()
    cast.live_through()
    updates = screen.wait("order_update", len(STATUSES))
    assert [update["previousStatus"] for update in updates] == [None, *STATUSES[:-1]]
    assert updates[1]["message"] == "Gladly"
    for update in updates:
        assert update["orderId"] == cast.order["id"] == update["order"]["id"]
        assert update["orderNumber"] == cast.order["orderNumber"]
        assert update["updatedAt"] == update["order"]["updatedAt"]


def test_staff_get_every_order_and_no_notifications_of_others(cast: Cast) -> None:
    screens = [(person, person.socket()) for person in cast.staff]
    cast.live_through()
    for person, screen in screens:
        received = [
            (name, data["status"]) if name == "order_update" else (name, None)
            for name, data in all_of(person, screen)
        ]
        assert received == [("sync", None), *(("order_update", status) for status in STATUSES)]


def test_everyone_sees_the_order_as_rest_shows_it_to_them(cast: Cast) -> None:
    people = [cast.customer, cast.tailor, cast.courier, *cast.staff]
    screens = [person.socket() for person in people]
    seen: list[list[Json | None]] = []

    def read(order: Json) -> None:
        path = f"/api/orders/{order['id']}"
        answers = [person.get(path) for person in people]
        seen.append([answer.json()["data"]["order"] if answer.ok else None for answer in answers])

    cast.live_through(read)
    for number, screen in enumerate(screens):
        expected = [orders[number] for orders in seen if orders[number] is not None]
        updates = screen.wait("order_update", len(expected))
        assert [update["order"] for update in updates] == expected
    assert {tuple(order["allowedActions"]) for order in seen[0] if order} == {
        ("cancel",),
        ("accept", "reject", "prepare", "cancel", "assign"),
        (),
    }


def test_a_client_in_several_rooms_of_an_event_gets_it_once(cast: Cast) -> None:
    person = cast.customer
    screen = person.socket()
    cast.order = person.order(partnerId=cast.tailor.id)
    assert screen.ask("join_order_room", cast.order["id"])["ok"]
    for action in ("accept", "prepare", "ready", "complete"):
        cast.tailor.act(cast.order, action)
    updates = [data["eventId"] for name, data in all_of(person, screen) if name == "order_update"]
    assert len(updates) == len(set(updates)) == 5


def test_every_device_of_a_person_receives_events(cast: Cast) -> None:
    devices = [cast.customer.socket() for _ in range(3)]
    cast.customer.order()
    assert len({device.wait("order_update")[0]["eventId"] for device in devices}) == 1


def test_notifications_go_to_their_user_only(cast: Cast) -> None:
    customer, tailor = cast.customer.socket(), cast.tailor.socket()
    order = cast.customer.order(partnerId=cast.tailor.id)
    (placed,), (new,) = customer.wait("new_notification"), tailor.wait("new_notification")
    assert (placed["type"], new["type"]) == ("order_placed", "order_new")
    assert placed["data"]["orderId"] == new["data"]["orderId"] == order["id"]
    assert placed["actions"]
    row = cast.customer.get("/api/notifications").json()["data"]["notifications"][0]
    assert row["id"] == placed["id"]
    assert {key: row[key] for key in placed if key in row} == {
        key: placed[key] for key in placed if key in row
    }


def test_a_failed_change_sends_nothing(cast: Cast) -> None:
    screen = cast.customer.socket()
    order = cast.customer.order(partnerId=cast.tailor.id)
    assert cast.tailor.patch(f"/api/orders/{order['id']}/deliver").status_code in (403, 409)
    assert cast.tailor.patch(f"/api/orders/{order['id']}/accept", {"expectedVersion": 7}).status_code == 409
    updates = [data for name, data in all_of(cast.customer, screen) if name == "order_update"]
    assert [update["status"] for update in updates] == ["pending"]
