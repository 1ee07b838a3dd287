"""A client that only applies events has the same orders, allowed actions and notifications as one that fetches them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.people import Person, World
from tests.support.waiting import until

Json = dict[str, Any]
NAMES = ("customer", "tailor", "vendor", "first courier", "second courier", "admin")
NOT_IN_EVENTS = ("category", "read", "readAt")
BODIES: dict[str, Json] = {
    "accept": {"estimatedTime": 25, "message": "soon"},
    "reject": {"reason": "too_busy", "message": "sorry"},
    "ready": {"estimatedPickupTime": "18:30"},
    "cancel": {"reason": "changed my mind"},
}
# A step: a user, one of their orders, and one of the actions it allows; or the user disconnects and resumes.
STEP = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(("act",) * 6 + ("order", "come back")), st.integers(0, 30)
)


class Screen:
    """A client that fetches nothing: its state is made of events alone."""

    def __init__(self, person: Person, customer: Person) -> None:
        self.person, self.customer = person, customer
        self.socket = person.socket()
        self.heard: list[tuple[str, Json]] = []
        self.mine = [] if person.user["role"] == "admin" else [person.id]

    def come_back(self) -> None:
        """Disconnect, and resume."""
        cursor = self.socket.cursor
        self.socket.close()
        self.heard += self.socket.heard
        self.socket = self.person.socket(cursor)

    def events(self, name: str) -> list[Json]:
        return [data for received, data in [*self.heard, *self.socket.heard] if received == name]

    def orders(self) -> dict[str, Json]:
        """Return this user's orders of this test's customer, because staff receive others too."""
        orders: dict[str, Json] = {}
        for update in self.events("order_update"):
            order = update["order"]
            if order["customerId"] == self.customer.id:
                orders[order["id"]] = order
        return {key: order for key, order in orders.items() if self.takes_part(order)}

    def notifications(self) -> list[Json]:
        """Return the notifications, newest first."""
        events = [event for event in self.events("new_notification") if self._concerns(event)]
        return [
            {k: v for k, v in event.items() if k not in {"eventId", "cursor"}} for event in reversed(events)
        ]

    def fetched_orders(self) -> dict[str, Json]:
        answer = self.person.get("/api/orders", params={"customerId": self.customer.id, "limit": 100})
        return {order["id"]: order for order in answer.json()["data"]["orders"]}

    def fetched_notifications(self) -> list[Json]:
        answer = self.person.get("/api/notifications", params={"limit": 100})
        rows = [row for row in answer.json()["data"]["notifications"] if self._concerns(row)]
        return [{key: value for key, value in row.items() if key not in NOT_IN_EVENTS} for row in rows]

    def shows(self, order: Json) -> bool:
        return bool(self.orders().get(order["id"], {}).get("version") == order["version"])

    def has_received(self, notifications: int) -> bool:
        return len(self.notifications()) >= notifications

    def takes_part(self, order: Json) -> bool:
        parties = {order["customerId"], order["partnerId"], order["deliveryPartnerId"]}
        return not self.mine or self.person.id in parties

    def _concerns(self, notification: Json) -> bool:
        return bool(self.mine) or notification["data"]["orderId"] in self.orders()


class Play:
    """Six users with a screen each."""

    def __init__(self, world: World) -> None:
        roles = ("customer", "tailor", "vendor", "delivery", "delivery")
        people = [*(world.person(role) for role in roles), world.staff()]
        self.people = dict(zip(NAMES, people, strict=True))
        self.screens = {name: Screen(person, people[0]) for name, person in self.people.items()}

    def step(self, name: str, what: str, choice: int) -> None:
        """Let a user act: the server accepts every action that the user's screen offers."""
        screen = self.screens[name]
        if what == "come back":
            screen.come_back()
        elif what == "order":
            partner = (None, self.people["tailor"].id, self.people["vendor"].id)[choice % 3]
            self._seen_by_all(self.people["customer"].order(partnerId=partner))
        else:
            offered = [(order, act) for order in screen.orders().values() for act in order["allowedActions"]]
            if offered:
                order, action = offered[choice % len(offered)]
                self._seen_by_all(screen.person.act(order, action, **self._body(action, choice)))

    def _body(self, action: str, choice: int) -> Json:
        couriers = [self.people["first courier"].id, self.people["second courier"].id]
        return {"deliveryPartnerId": couriers[choice % 2]} if action == "assign" else BODIES.get(action, {})

    def _seen_by_all(self, order: Json) -> None:
        """Wait until the screens of all parties show this version, each as it would be fetched."""
        for screen in self.screens.values():
            if screen.takes_part(order):
                until(partial(screen.shows, order), "everybody sees it")
                fetched = screen.person.get(f"/api/orders/{order['id']}").json()["data"]["order"]
                assert screen.orders()[order["id"]] == fetched

    def compare(self) -> None:
        """Check that every screen shows what its user would fetch."""
        for screen in self.screens.values():
            orders, notifications = screen.fetched_orders(), screen.fetched_notifications()
            until(partial(screen.has_received, len(notifications)), "all notifications have come")
            assert screen.orders() == orders
            assert screen.notifications() == notifications

    def end(self) -> None:
        for screen in self.screens.values():
            screen.socket.close()


@pytest.mark.chaos
def test_a_state_built_from_events_is_what_one_would_fetch(world: World) -> None:
    @settings(
        max_examples=30,
        deadline=None,
        database=None,
        phases=(Phase.generate,),  # without the search for a smaller example, which takes minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEP, min_size=12, max_size=30))
    def play(steps: list[tuple[str, str, int]]) -> None:
        played = Play(world)
        try:
            played.step("customer", "order", 1)
            for step in steps:
                played.step(*step)
            played.compare()
        finally:
            played.end()

    play()
