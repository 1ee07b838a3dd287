"""How an order looks from outside. Plain functions: this runs for every order of every answer and event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.orders import policy
from metaia.orders.queries import Order

Json = dict[str, Any]


class PartiesShown:
    """The parties of an order, from its JSON."""

    def __init__(self, order: Json) -> None:
        self.customer_id: str = order["customerId"]
        self.partner_id: str | None = order["partnerId"]
        self.courier_id: str | None = order["deliveryPartnerId"]


def order(this: Order, actor: Actor) -> Json:
    """Return `this` as OrderOut describes it, with what `actor` may do next."""
    return with_actions(common(this), policy.allowed(actor, this, this.status))


def with_actions(common_part: Json, actions: Sequence[str]) -> Json:
    """Complete `common()` for one viewer."""
    return {**common_part, "allowedActions": list(actions)}


def common(this: Order) -> Json:
    """Return what everyone who takes part sees alike: all but `allowedActions`."""
    return {
        "id": this.id,
        "orderNumber": this.order_number,
        "status": this.status,
        "customerId": this.customer_id,
        "partnerId": this.partner_id,
        "deliveryPartnerId": this.courier_id,
        "customerInfo": this.customer_info,
        "items": [item | {"price": to_major(item["price"], this.currency)} for item in this.items],
        "total": to_major(this.total, this.currency),
        "currency": this.currency,
        "notes": this.notes,
        "estimatedTime": this.estimated_time,
        "estimatedPickupTime": this.estimated_pickup_time,
        "message": this.message,
        "rejectReason": this.reject_reason,
        "version": this.version,
        "createdAt": rfc3339(this.created_at),
        "updatedAt": rfc3339(this.updated_at),
    }


def tracked(shown: Json) -> Json:
    """Return `common()` as Timing's tracking page may see it: without a login, and in snake_case."""
    items = [
        {"id": i["id"], "menu_name": i["name"], "quantity": i["quantity"], "price": i["price"]}
        for i in shown["items"]
    ]
    first_name = (shown["customerInfo"]["name"] or "").split(" ")[0] or None
    same = {name: shown[name] for name in ("id", "status", "total", "currency")}
    return same | {"items": items, "customer_info": {"name": first_name}}


def timing(shown: Json) -> Json:
    """Return `common()` as Timing's admin pages read it."""
    return tracked(shown) | {
        "customer_info": shown["customerInfo"],
        "order_number": shown["orderNumber"],
        "partner_id": shown["partnerId"],
        "notes": shown["notes"],
        "version": shown["version"],
        "created_at": shown["createdAt"],
        "updated_at": shown["updatedAt"],
    }


def step(row: AnyRow) -> Json:
    """Return one entry of the timeline, as StepOut describes it."""
    return {
        "action": row.action,
        "status": row.status,
        "previousStatus": row.previous_status,
        "actorId": row.actor_id,
        "actorRole": row.actor_role,
        "note": row.note,
        "version": row.version,
        "at": rfc3339(row.at),
    }


def conflict(this: Order, actor: Actor) -> Json:
    """Return what a 409 tells: where the order stands and what the client may do instead."""
    shown = order(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"order": shown}
