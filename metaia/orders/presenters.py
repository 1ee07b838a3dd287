"""How an order looks outside: presenters compiled from the schemas, and what is special about orders."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.orders import policy
from metaia.orders.charges import presenters as charges
from metaia.orders.payment import presenters as payment_presenters
from metaia.orders.payment import state as payment_state
from metaia.orders.queries import ERASED, Order
from metaia.orders.schemas import OrderOut, StepOut


class ShownParties:
    """The parties of an order, read from its JSON."""

    def __init__(self, order: Json) -> None:
        self.customer_id: str = order["customerId"]
        self.partner_id: str | None = order["partnerId"]
        self.courier_id: str | None = order["deliveryPartnerId"]
        shown = order.get("payment")  # orders in the log may be of before this field
        self.awaits_payment = shown is not None and payment_state.is_awaited(
            shown["method"], order["status"], shown
        )


def _accept_by(this: Order) -> str | None:
    return rfc3339(this.accept_by) if this.status == "pending" else None


def _items(this: Order) -> list[Json]:
    return [charges.item(item, this.currency) for item in this.items]


def _customer_info(this: Order) -> Json:
    return ERASED | this.customer_info  # orders of before the canonical telephone number lack it


# All fields of OrderOut that are the same for every viewer: all but `allowedActions`.
common = presenter(
    OrderOut,
    rename={"delivery_partner_id": "courier_id"},
    computed={
        "items": _items,
        "accept_by": _accept_by,
        "customer_info": _customer_info,
        "payment": payment_presenters.payment,
        "coupon": charges.coupon,
        "fees": charges.fees,
        "tax_lines": charges.tax_lines,
    },
    without=["allowed_actions"],
)
step = presenter(StepOut)


def order(this: Order, actor: Actor) -> Json:
    """Return an order as `OrderOut`, with the actions that `actor` may do next."""
    return with_actions(common(this), policy.allowed(actor, this, this.status))


def with_actions(common_part: Json, actions: Sequence[str]) -> Json:
    """Complete `common()` for one viewer. It may be from the log, and from before a field was in it."""
    info = ERASED | common_part["customerInfo"]
    later = {
        "acceptBy": None,
        "payment": payment_presenters.without_method(common_part["currency"]),
        "dealId": common_part["id"],
        "offerId": None,
        "adjustment": 0,
        **({} if "subtotal" in common_part else charges.before_charges(common_part)),
    }
    return {**later, **common_part, "customerInfo": info, "allowedActions": list(actions)}


def without_personal_data(common_part: Json) -> Json:
    """Complete `common()` for viewers without a part in the order: no contact data, texts of others, or actions."""
    return with_actions(without_contact(common_part) | {"message": None}, [])


def without_contact(common_part: Json) -> Json:
    """Return `common()` without what the customer has written about themselves: contact data, notes, measurements."""
    items = [charges.without_private(item) for item in common_part["items"]]
    return common_part | {"customerInfo": ERASED, "notes": None, "items": items, "destination": None}


def conflict(this: Order, actor: Actor) -> Json:
    """Return the `details` of a 409: the order's current state and the actions that are possible."""
    shown = order(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"order": shown}
