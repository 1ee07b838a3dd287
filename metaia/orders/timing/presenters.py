"""How an order looks to Timing's pages: its own names in snake_case, and its own five statuses."""

from __future__ import annotations

from metaia.core.json import Json
from metaia.orders.timing import state
from metaia.realtime.catalogue import Payload

FORMAT = "timing"  # of the messages on `ws /admin`

# Title and text of the tracking page, by status.
SENTENCES: dict[str, tuple[str, str]] = {
    "pending": ("Waiting", "The shop has not accepted it yet."),
    "accepted": ("Accepted", "The shop has accepted it."),
    "rejected": ("Not accepted", "The shop could not take it."),
    "preparing": ("In preparation", "The shop is preparing it."),
    "ready": ("Ready", "It is ready."),
    "out_for_delivery": ("On its way", "A courier is bringing it."),
    "delivered": ("Delivered", "It has arrived."),
    "completed": ("Completed", "It is complete."),
    "cancelled": ("Cancelled", "It was cancelled."),
}


def tracked(shown: Json) -> Json:
    """Return the part of `presenters.common()` that the tracking page may see without a login."""
    items = [
        {"id": i["id"], "menu_name": _menu_name(i), "quantity": i["quantity"], "price": i["price"]}
        for i in shown["items"]
    ]
    first_name = (shown["customerInfo"]["name"] or "").split(" ")[0] or None
    same = {name: shown[name] for name in ("id", "total", "currency")}
    statuses = {"status": state.shown(shown["status"]), "order_status": shown["status"]}
    return same | statuses | {"items": items, "customer_info": {"name": first_name}}


def _menu_name(item: Json) -> str:
    """Return the name of an item with what was chosen, as `Linen shirt (L, Monogram)`; without texts of customers."""
    chosen = [each.get("name") or each["group"] for each in item.get("modifiers", ())]
    parts = [part for part in (item.get("variantName"), *chosen) if part]
    return f"{item['name']} ({', '.join(parts)})" if parts else str(item["name"])


def order(shown: Json) -> Json:
    """Return `presenters.common()` as the admin pages read it."""
    items = [
        item | {"notes": its["notes"]} if "notes" in its else item
        for item, its in zip(tracked(shown)["items"], shown["items"], strict=True)
    ]
    return tracked(shown) | {
        "items": items,
        "customer_info": {name: shown["customerInfo"][name] for name in ("name", "phone", "address")},
        "order_number": shown["orderNumber"],
        "partner_id": shown["partnerId"],
        "notes": shown["notes"],
        "version": shown["version"],
        "created_at": shown["createdAt"],
        "updated_at": shown["updatedAt"],
    }


def new_order(payload: Payload) -> Payload:
    """Return the message for an `order.created`."""
    return {"type": "newOrder", "order": order(payload["order"])}


def status_update(payload: Payload) -> Payload:
    """Return the message for an `order.updated`."""
    return {
        "type": "orderStatusUpdate",
        "order": order(payload["order"]),
        "status": state.shown(payload["status"]),
    }
