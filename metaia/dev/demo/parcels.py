"""The scene of a parcel: a shop hands an order to a carrier, and the order follows from the scans."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from metaia.core.json import Json
from metaia.dev.demo.client import Received
from metaia.dev.demo.play import DemoRun, Step
from metaia.dev.demo.story import CUSTOMER, Story

SHOP = "tailor"
PARTIES = (CUSTOMER, SHOP, "admin")
SHIRT = {"name": "Linen shirt", "quantity": 1, "price": 1450}


def play(run: DemoRun, shown: Callable[[Step], None]) -> None:
    """Play the scene; `shown` gets each step once it is done. Raises DemoError."""
    story = Story(run, shown)
    body: Json = {"partnerId": run.clients[SHOP].id, "items": [SHIRT]}
    story.order = run.clients[CUSTOMER].call("POST", "/api/orders", body)["order"]
    for action in ("accept", "ready"):
        run.clients[SHOP].call("PATCH", f"/api/orders/{story.order['id']}/{action}", {})
    code = f"DEMO{secrets.token_hex(5).upper()}"
    path, body = f"/api/orders/{story.order['id']}/shipments", {"slug": "manual", "trackingCode": code}
    parcel = _send(story, path, body, f"parcel {code}", "label")["shipment"]
    _scan(story, parcel, "in_transit", "Kochi", "out_for_delivery", "shipment_sent")
    tracked = run.clients[CUSTOMER].call("GET", "/api/track/" + parcel["shareUrl"].rpartition("/")[2], None)
    if tracked["tracking"]["lastSeen"]["city"] != "Kochi":
        run.problems.append("the public page of the parcel does not show its last place")
    _scan(story, parcel, "delivered", "Ernakulam", "delivered", "order_delivered")


def _scan(story: Story, parcel: Json, status: str, city: str, ordered: str, notice: str) -> None:
    """State a scan: the parcel moves, the order follows, and the customer is notified."""
    body = {"status": status, "at": datetime.now(UTC).isoformat(), "location": {"city": city}}
    events = [*((each, "order_update", ordered) for each in PARTIES), (CUSTOMER, "new_notification", notice)]
    _send(story, f"/api/shipments/{parcel['id']}/scans", body, f"{status}, {city}", status, *events)


def _send(story: Story, path: str, body: Json, what: str, status: str, *events: tuple[str, str, str]) -> Json:
    def concerns(received: Received) -> bool:
        data = received.data
        return story.order["id"] in {data.get("orderId"), (data.get("data") or {}).get("orderId")}

    updates = [(each, "shipment_update", status) for each in PARTIES]
    return story.send(SHOP, "POST", path, body, what, *updates, *events, concerns=concerns)
