"""How an order looks outside: presenters compiled from the schemas, and what is special about orders."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.orders import policy
from metaia.orders.queries import ERASED, Order
from metaia.orders.schemas import OrderOut, StepOut


class ShownParties:
    """The parties of an order, read from its JSON."""

    def __init__(self, order: Json) -> None:
        self.customer_id: str = order["customerId"]
        self.partner_id: str | None = order["partnerId"]
        self.courier_id: str | None = order["deliveryPartnerId"]


def _items(this: Order) -> list[Json]:
    return [item | {"price": to_major(item["price"], this.currency)} for item in this.items]


# All fields of OrderOut that are the same for every viewer: all but `allowedActions`.
common = presenter(
    OrderOut,
    rename={"delivery_partner_id": "courier_id"},
    computed={"items": _items},
    without=["allowed_actions"],
)
step = presenter(StepOut)


def order(this: Order, actor: Actor) -> Json:
    """Return an order as `OrderOut`, with the actions that `actor` may do next."""
    return with_actions(common(this), policy.allowed(actor, this, this.status))


def with_actions(common_part: Json, actions: Sequence[str]) -> Json:
    """Complete `common()` for one viewer."""
    return {**common_part, "allowedActions": list(actions)}


def without_personal_data(common_part: Json) -> Json:
    """Complete `common()` for viewers without a part in the order: no contact data, texts of others, or actions."""
    return {**common_part, "customerInfo": ERASED, "notes": None, "message": None, "allowedActions": []}


def tracked(shown: Json) -> Json:
    """Return the part of `common()` that Timing's tracking page may see without a login, in snake_case."""
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


def conflict(this: Order, actor: Actor) -> Json:
    """Return the `details` of a 409: the order's current state and the actions that are possible."""
    shown = order(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"order": shown}
