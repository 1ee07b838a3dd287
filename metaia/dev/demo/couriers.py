"""The scenes of couriers: they begin their shifts, one claims the order and sends positions while delivering it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.dev.demo.client import Received
from metaia.dev.demo.play import POSITION, TIME, Step, order_of
from metaia.dev.demo.story import COURIER, COURIERS, CUSTOMER, EVERYONE, PARTIES, PARTNER, Story

AT_SHOP, ON_THE_WAY = {"lat": 9.9781, "lng": 76.2755}, {"lat": 9.9817, "lng": 76.2794}
SHOWN_EVERY = 3.2  # seconds between two positions, at least
OFFERED_AFTER = 30.0  # seconds: a worker looks for what is due every 2


def begin_shift(story: Story, login: str) -> None:
    """Begin the shift of a courier at the shop: without positions it is paused after five minutes."""
    client = story.run.clients[login]
    for left in client.call("GET", "/api/deliveries?state=mine")[
        "deliveries"
    ]:  # by a demo that was interrupted
        _give_back(story, login, left["orderId"])
    body = {"on": True, "vehicle": demo_data.COURIERS[login]} | AT_SHOP
    found = story.send(login, "PUT", "/api/couriers/me/shift", body, f"on shift, {body['vehicle']}")
    if not found["shift"]["on"]:
        story.run.problems.append(f"the shift of {login} has not begun")


def _give_back(story: Story, login: str, order_id: str) -> None:
    """Release an order that a demo has left to its courier."""
    if login != COURIER:  # the other one has an order of the demo data
        return
    client = story.run.clients[login]
    order = client.call("GET", f"/api/orders/{order_id}")["order"]
    for action in ("release", "return"):
        if action in order["allowedActions"]:
            client.call("PATCH", f"/api/orders/{order_id}/{action}", {})
            return


def claim(story: Story) -> None:
    """Accept the order: couriers get the offer. One of them claims it, so that it closes for the other one."""
    began = time.perf_counter()
    story.act(PARTNER, "accept", {"estimatedTime": 15}, "accepted", EVERYONE, customer="order_accepted")
    delivery_id = story.order["delivery"]["id"]

    def concerns(received: Received) -> bool:
        return bool(received.data.get("id") == delivery_id)

    offered = {(each, "delivery:offer", "open") for each in COURIERS}
    found = story.run.expect(offered, concerns, began, 0, since=began, patience=OFFERED_AFTER)
    story.shown(Step(PARTNER, "a courier is wanted", "", found))
    updates = [(each, "order_update", "accepted") for each in (*EVERYONE, COURIER)]
    closed = [(each, "delivery:closed", "claimed") for each in COURIERS]

    def of_both(received: Received) -> bool:
        return concerns(received) or order_of(received) == story.order["id"]

    path = f"/api/deliveries/{delivery_id}/claim"
    what = f"order {story.order['orderNumber']}"
    told = (CUSTOMER, "new_notification", "order_courier")
    story.send(COURIER, "POST", path, {}, what, *updates, *closed, told, concerns=of_both)


def deliver(story: Story) -> None:
    """Send positions to those that may see them in each phase, and deliver with the customer's code."""
    everyone = (*EVERYONE, COURIER)
    _move(story, AT_SHOP, PARTNER)
    moved = time.perf_counter()
    story.act(PARTNER, "prepare", {}, "preparing", everyone, customer="order_preparing")
    story.act(PARTNER, "ready", {}, "ready", everyone, customer="order_ready", **{COURIER: "order_pickup"})
    notices = dict.fromkeys(PARTIES, "order_dispatched")
    story.act(COURIER, "dispatch", {}, "out_for_delivery", everyone, **notices)
    time.sleep(max(0.0, moved + SHOWN_EVERY - time.perf_counter()))
    _move(story, ON_THE_WAY, CUSTOMER)
    code = story.read_order()["delivery"]["code"]
    notices = dict.fromkeys(PARTIES, "order_delivered")
    story.act(COURIER, "deliver", {"code": code}, "delivered", everyone, **notices)


def _move(story: Story, place: Json, viewer: str) -> None:
    body = {"locations": [place | {"at": datetime.now(UTC).isoformat()}]}
    what = f"{place['lat']}, {place['lng']}"
    events = [(viewer, "courier:location", POSITION), *((each, "delivery:eta", TIME) for each in PARTIES)]

    def concerns(received: Received) -> bool:
        return bool(received.data.get("orderId") == story.order["id"])

    story.send(COURIER, "PUT", "/api/couriers/me/location", body, what, *events, concerns=concerns)
